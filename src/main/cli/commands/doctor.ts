import type { Diagnosis, Finding } from '../../../shared/doctor.ts';
import { refusePositionals } from '../arguments.ts';
import { read } from '../client.ts';
import type { Command } from '../command.ts';

export const doctor: Command = {
  name: 'doctor',
  usage: 'doctor',
  summary: 'Say which engines and backbones are here, and what to do about those that are not.',
  options: {},
  help: [],
  run: async (context) => {
    refusePositionals(context.given);
    const client = await context.connect();
    const diagnosis = (await read(client.api.doctor.$get())) as Diagnosis;
    context.output.result(diagnosis, [
      ...table('Engines', diagnosis.engines),
      '',
      ...table('Backbones', diagnosis.backbones),
      '',
      diagnosis.ok
        ? 'Import, training, report and export can run.'
        : 'The main job cannot run yet; see above.',
    ]);
    return diagnosis.ok ? 0 : 1;
  },
};

function table(title: string, findings: readonly Finding[]): string[] {
  const names = Math.max(title.length, ...findings.map(({ name }) => name.length));
  const versions = Math.max(7, ...findings.map(({ version }) => (version ?? '-').length));
  const row = (name: string, version: string, found: string, why: string): string =>
    `${name.padEnd(names)}  ${version.padEnd(versions)}  ${found.padEnd(5)}  ${why}`;
  return [
    row(title, 'version', 'found', 'why'),
    ...findings.flatMap(({ name, version, found, why, todo }) => [
      row(name, version ?? '-', found ? 'yes' : 'no', why),
      ...(todo === '' ? [] : [row('', '', '', `→ ${todo}`)]),
    ]),
  ];
}
