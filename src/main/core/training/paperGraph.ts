import { OnnxGraph } from '../features/onnxGraph.ts';
import { PAPER_UNITS } from './parameterCounts.ts';

/** Batch norm's ε in Keras. */
export const BATCH_NORM_EPSILON = 1e-3;

/** One trainable array of the network: its name in the graph and its shape. */
export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The trainable arrays in the order of `PaperNetwork.parameters`. */
export function listPaperParameters(inputs: number, classes: number): ParameterSpec[] {
  const [first, second] = PAPER_UNITS;
  const hidden = (layer: string, from: number, units: number): ParameterSpec[] => [
    { name: `${layer}/kernel`, shape: [from, units] },
    ...['bias', 'gamma', 'beta'].map((each) => ({ name: `${layer}/${each}`, shape: [units] })),
  ];
  return [
    ...hidden('one', inputs, first),
    ...hidden('two', first, second),
    { name: 'top/kernel', shape: [second, classes] },
    { name: 'top/bias', shape: [classes] },
  ];
}

/** The name of the gradient of a parameter. */
export const gradientOf = (parameter: string): string => `d/${parameter}`;

/**
 * One training step of the paper's head, forward and backward, as one ONNX graph. In: `x [n, inputs]`,
 * `targets [n, classes]` (rows that sum to 1), `shares [n, 1]` (weight of each image / n), `inverse []` (1 / n) and
 * every parameter. Out: `logits [n, classes]` and `d/…`, the gradient of Σ shares · cross-entropy by each parameter.
 */
export function writePaperGraph(inputs: number, classes: number): Uint8Array {
  const graph = new OnnxGraph();
  graph.addConstant('epsilon', [], [BATCH_NORM_EPSILON]);
  graph.addIndices('rows', [0]);
  const first = addForward(graph, 'one', 'x');
  const second = addForward(graph, 'two', first);
  graph.addNode('Gemm', 'logits', [second, 'top/kernel', 'top/bias']);
  graph.addNode('Softmax', 'probabilities', ['logits'], { axis: 1 });
  graph.addNode('Sub', 'residuals', ['probabilities', 'targets']);
  graph.addNode('Mul', 'd/logits', ['residuals', 'shares']);
  graph.addNode('ReduceSum', gradientOf('top/bias'), ['d/logits', 'rows'], { keepdims: 0 });
  graph.addNode('Gemm', gradientOf('top/kernel'), [second, 'd/logits'], { transA: 1 });
  graph.addNode('Gemm', 'd/two', ['d/logits', 'top/kernel'], { transB: 1 });
  const upper = addBackward(graph, 'two', first, 'd/two');
  graph.addNode('Gemm', 'd/one', [upper, 'two/kernel'], { transB: 1 });
  addBackward(graph, 'one', 'x', 'd/one');
  const parameters = listPaperParameters(inputs, classes);
  return graph.encodeFloats(
    [
      { name: 'x', shape: ['n', inputs] },
      { name: 'targets', shape: ['n', classes] },
      { name: 'shares', shape: ['n', 1] },
      { name: 'inverse', shape: [] },
      ...parameters,
    ],
    [
      { name: 'logits', shape: ['n', classes] },
      ...parameters.map(({ name, shape }) => ({ name: gradientOf(name), shape })),
    ],
  );
}

/** Dense + ReLU + batch norm by the batch's own statistics; returns the name of the output `[n, units]`. */
function addForward(graph: OnnxGraph, layer: string, input: string): string {
  const at = (name: string): string => `${layer}/${name}`;
  graph.addNode('Gemm', at('sums'), [input, at('kernel'), at('bias')]);
  graph.addNode('Relu', at('rectified'), [at('sums')]);
  graph.addNode('ReduceMean', at('mean'), [at('rectified')], { axes: [0], keepdims: 1 });
  graph.addNode('Sub', at('centred'), [at('rectified'), at('mean')]);
  graph.addNode('Mul', at('squares'), [at('centred'), at('centred')]);
  graph.addNode('ReduceMean', at('variance'), [at('squares')], { axes: [0], keepdims: 1 });
  graph.addNode('Add', at('raised'), [at('variance'), 'epsilon']);
  graph.addNode('Sqrt', at('deviation'), [at('raised')]);
  graph.addNode('Div', at('normalised'), [at('centred'), at('deviation')]);
  graph.addNode('Mul', at('scaled'), [at('normalised'), at('gamma')]);
  return graph.addNode('Add', at('output'), [at('scaled'), at('beta')]);
}

/**
 * The gradients of a hidden layer's parameters from that of its output (Ioffe & Szegedy 2015, section 3); returns the
 * name of the gradient of its sums.
 */
function addBackward(graph: OnnxGraph, layer: string, input: string, output: string): string {
  const at = (name: string): string => `${layer}/${name}`;
  const gamma = gradientOf(at('gamma'));
  const beta = gradientOf(at('beta'));
  graph.addNode('Mul', at('weighed'), [output, at('normalised')]);
  graph.addNode('ReduceSum', gamma, [at('weighed'), 'rows'], { keepdims: 0 });
  graph.addNode('ReduceSum', beta, [output, 'rows'], { keepdims: 0 });
  graph.addNode('Mul', at('along'), [at('normalised'), gamma]);
  graph.addNode('Add', at('common'), [at('along'), beta]);
  graph.addNode('Mul', at('mean of batch'), [at('common'), 'inverse']);
  graph.addNode('Sub', at('own'), [output, at('mean of batch')]);
  graph.addNode('Div', at('slope'), [at('gamma'), at('deviation')]);
  graph.addNode('Mul', at('d/rectified'), [at('own'), at('slope')]);
  // 1 where the unit was active, 0 where it was not.
  graph.addNode('Sign', at('active'), [at('rectified')]);
  const sums = graph.addNode('Mul', at('d/sums'), [at('d/rectified'), at('active')]);
  graph.addNode('ReduceSum', gradientOf(at('bias')), [sums, 'rows'], { keepdims: 0 });
  graph.addNode('Gemm', gradientOf(at('kernel')), [input, sums], { transA: 1 });
  return sums;
}
