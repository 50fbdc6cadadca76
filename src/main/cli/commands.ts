import type { Command } from './command.ts';
import { backup, check, restore } from './commands/care.ts';
import { demo } from './commands/demo.ts';
import { doctor } from './commands/doctor.ts';
import { evaluate } from './commands/evaluate.ts';
import { exportModel } from './commands/export.ts';
import { importFolder } from './commands/import.ts';
import { label } from './commands/label.ts';
import { labelErrors } from './commands/labelErrors.ts';
import { labels } from './commands/labels.ts';
import { classes, images } from './commands/lists.ts';
import { clusters, map } from './commands/map.ts';
import { models } from './commands/models.ts';
import { predict } from './commands/predict.ts';
import { relink } from './commands/relink.ts';
import { report } from './commands/report.ts';
import { saliency } from './commands/saliency.ts';
import { serve } from './commands/serve.ts';
import { paper } from './commands/paper.ts';
import { simulate } from './commands/simulate.ts';
import { suggest } from './commands/suggest.ts';
import { train } from './commands/train.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  importFolder,
  train,
  evaluate,
  report,
  exportModel,
  predict,
  models,
  saliency,
  classes,
  images,
  label,
  labels,
  relink,
  map,
  clusters,
  suggest,
  labelErrors,
  simulate,
  paper,
  check,
  backup,
  restore,
  doctor,
  serve,
  demo,
];
