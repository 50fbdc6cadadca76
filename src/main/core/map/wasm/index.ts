export { addGram, multiply, packCentred } from './products';
export { improveNearest, scanNearest, sortHeaps } from './nearest';
export { convolveColumns, restoreRows, spreadPoints, transformRows } from './grid';
export { findForces, movePoints } from './forces';
export { calibrate, join, sortById, turnRound } from './affinities';
export { rankRows, sumDivergence, sumPairs } from './measures';
