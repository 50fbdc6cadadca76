import { DEFAULT_RESOLUTION, type FeatureSpec } from '../../../shared/backbones.ts';
import { defaultBackbone } from '../features/backbones.ts';
import { prepareGraph, type PreparedGraph } from '../features/prepareGraph.ts';

/** The network whose features are computed while images are imported. */
export interface ImportGraph {
  /** null when no backbone can be had: images are then imported without features. */
  readonly graph: PreparedGraph | null;
  readonly spec: FeatureSpec;
  readonly warning: readonly string[];
}

/** The default backbone at the usual resolution; its features are what most trainings will want. */
export async function prepareImportGraph(): Promise<ImportGraph> {
  const chosen = await defaultBackbone();
  const { backbone, width } = chosen ?? { backbone: 'mobilenet_v2', width: 1 };
  const spec: FeatureSpec = { backbone, width, resolution: DEFAULT_RESOLUTION };
  if (chosen === null) {
    const warning =
      'No backbone was found, so images were imported without features; “fovea doctor” says what to do.';
    return { graph: null, spec, warning: [warning] };
  }
  return { graph: await prepareGraph(spec), spec, warning: chosen.why === null ? [] : [chosen.why] };
}
