import type { BackboneFinding } from '../../shared/doctor.ts';

/** Backbones that passed their check, each once: the same one may lie in several of the places looked at. */
export function usableBackbones(findings: readonly BackboneFinding[]): BackboneFinding[] {
  const found = findings.filter((each) => each.found);
  return found.filter(
    (each, index) =>
      found.findIndex((one) => one.backbone === each.backbone && one.width === each.width) === index,
  );
}
