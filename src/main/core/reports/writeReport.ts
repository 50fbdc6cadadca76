import path from 'node:path';
import { writeFileAtomic } from '../files/writeAtomic.ts';
import { writePredictionsCsv } from './predictionsCsv.ts';
import { publicReport } from './publicCopy.ts';
import { renderReport } from './renderReport.ts';
import type { ReportData } from './reportData.ts';
import { LIMITS } from './sections/limits.ts';

/**
 * Writes `report.html`, `report.json` and `predictions.csv` into `outDir` (created when missing), each whole or
 * not at all, and returns their paths. Throws FoveaError (`no_space`, `unreadable`, …).
 */
export async function writeReport(report: ReportData, outDir: string): Promise<{ files: string[] }> {
  const data = publicReport(report);
  const classNames = data.card.classes.map((entry) => entry.name);
  const contents: readonly (readonly [string, string | Uint8Array])[] = [
    ['report.html', renderReport(data)],
    ['report.json', `${JSON.stringify(toJson(data), null, 2)}\n`],
    ['predictions.csv', await writePredictionsCsv(data.predictions, classNames)],
  ];
  const files: string[] = [];
  for (const [name, content] of contents) {
    const file = path.join(outDir, name);
    await writeFileAtomic(file, content);
    files.push(file);
  }
  return { files };
}

/** The report without pictures and rows of predictions, which have files of their own. */
function toJson(data: ReportData): unknown {
  return {
    format: 'fovea-report',
    version: 1,
    createdAt: data.createdAt,
    libraryName: data.libraryName,
    counts: data.counts,
    classes: data.classes,
    model: data.card,
    evaluations: data.evaluations,
    mistakes: data.mistakes.map(({ path: file, actual, predicted, confidence }) => ({
      path: file,
      actual,
      predicted,
      confidence,
    })),
    learningCurve: data.learningCurve,
    warnings: data.warnings,
    limits: LIMITS,
  };
}
