import path from 'node:path';
import type { ModelCard } from '../../../shared/training.ts';
import type { ReportData } from './reportData.ts';

/** An absolute path inside a sentence: two or more segments after a root, a drive letter or a server name. */
const PLACE = /(^|[\s"'(“‘:])((?:[A-Za-z]:)?[\\/]{1,2}[^\s\\/"')”’]+(?:[\\/]+[^\s\\/"')”’]+)+[\\/]?)/g;

/** Replaces absolute paths in a sentence by their last segment. */
export function withoutPlaces(sentence: string): string {
  return sentence.replace(
    PLACE,
    (_, before: string, place: string) => `${before}…/${lastSegment(place.replace(/[\\/]+$/, ''))}`,
  );
}

/** A path as it may leave the machine: relative, forward slashes; anything absolute keeps only its last segment. */
export function relativePath(filePath: string): string {
  const absolute = path.posix.isAbsolute(filePath) || path.win32.isAbsolute(filePath);
  const climbs = filePath.split(/[\\/]/).includes('..');
  return absolute || climbs ? lastSegment(filePath) : filePath;
}

/**
 * The card as it may leave the machine, field by field so that a field added later stays here until someone
 * decides that it may go.
 */
export function publicCard(card: ModelCard): ModelCard {
  return {
    format: card.format,
    modelId: card.modelId,
    name: card.name,
    createdAt: card.createdAt,
    classes: card.classes.map(({ classId, name, color }) => ({ classId, name, color })),
    recipe: card.recipe,
    engine: {
      name: card.engine.name,
      version: card.engine.version,
      device: withoutPlaces(card.engine.device),
      ...(card.engine.steps === undefined ? {} : { steps: card.engine.steps }),
    },
    featureKey: card.featureKey,
    decoderVersion: card.decoderVersion,
    ...(card.network === undefined ? {} : { network: card.network }),
    parameters: card.parameters,
    split: card.split,
    chosenStrength: card.chosenStrength,
    bestEpoch: card.bestEpoch,
    curve: card.curve,
    temperature: card.temperature,
    libraryFingerprint: card.libraryFingerprint,
    validation: card.validation,
    test: card.test,
    seconds: card.seconds,
    warnings: card.warnings.map(withoutPlaces),
  };
}

/** The whole report as it may leave the machine; every report is written from this and nothing else. */
export function publicReport(data: ReportData): ReportData {
  return {
    ...data,
    card: publicCard(data.card),
    libraryName: relativePath(data.libraryName),
    mistakes: data.mistakes.map((mistake) => ({ ...mistake, path: relativePath(mistake.path) })),
    predictions: data.predictions.map((row) => ({ ...row, path: relativePath(row.path) })),
    warnings: data.warnings.map(withoutPlaces),
  };
}

function lastSegment(place: string): string {
  return place.split(/[\\/]/).at(-1) ?? '';
}
