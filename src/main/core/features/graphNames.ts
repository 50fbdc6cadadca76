/** Name of a backbone graph's one input: uint8 RGB `[n, side, side, 3]`. */
export const GRAPH_INPUT = 'pixels';

/** Name of its one output: float32 `[n, dims]`. */
export const GRAPH_OUTPUT = 'features';

/** Raised whenever the graph written for the same weights changes; part of the graph cache's key. */
export const GRAPH_WRITER_VERSION = 1;
