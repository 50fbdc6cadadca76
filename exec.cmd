@rem Windows has no exec: there "exec PROGRAM" in package.json's scripts runs the program. Elsewhere the shell's own
@rem exec lets the program take the shell's place, so that a signal to npm reaches the program.
@%*
