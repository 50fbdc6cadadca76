import { sharedModels } from './shared.ts';

/** Tests take the real backbones where they are, unless someone named others. */
if (process.env['FOVEA_BACKBONES'] === undefined && sharedModels !== null) {
  process.env['FOVEA_BACKBONES'] = sharedModels;
}
