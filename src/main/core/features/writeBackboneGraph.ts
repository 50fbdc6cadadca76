import type { Activation, BackboneModel } from './layersModel.ts';
import { GRAPH_INPUT, GRAPH_OUTPUT, GRAPH_WRITER_VERSION } from './graphNames.ts';
import { lowerLayers, measureSteps, type ConvolutionStep, type PoolStep } from './lowerLayers.ts';
import { OnnxGraph } from './onnxGraph.ts';

const FLOAT = 1;

/** What a graph gives: the pooled features of a whole network, or the last map of a part of one, `[h, w, channels]`. */
export type GraphEnd = 'features' | 'map';

/**
 * Writes a frozen backbone as one ONNX graph: `pixels` uint8 `[n, side, side, 3]` (RGB) in, `features`
 * float32 `[n, dims]` out, with x/127.5 − 1, batch norm and global average pooling inside.
 *
 * The scaling is split: 127.5 is subtracted from the pixels, and the division goes into the first
 * convolution's weights. Both are exact under zero padding, because a padded zero stays what it was: the
 * middle grey of the scaled image.
 * Throws `unsupported` for a network that is not a MobileNet.
 */
export function writeBackboneGraph(
  model: BackboneModel,
  side: number,
  end: GraphEnd = 'features',
): Uint8Array {
  const { steps, output } = lowerLayers(model, side);
  const graph = new OnnxGraph();
  graph.addConstant('middle', [], [127.5]);
  graph.addConstant('zero', [], [0]);
  graph.addConstant('six', [], [6]);
  graph.addNode('Transpose', 'planes', [GRAPH_INPUT], { perm: [0, 3, 1, 2] });
  graph.addNode('Cast', 'planes/float', ['planes'], { to: FLOAT });
  graph.addNode('Sub', 'input', ['planes/float', 'middle']);
  for (const step of steps) {
    const raw = step.activation === 'linear' ? step.name : `${step.name}/linear`;
    if (step.kind === 'add') graph.addNode('Add', raw, step.inputs);
    else if (step.kind === 'pool') addPool(graph, step, raw);
    else addConvolution(graph, step, raw);
    addActivation(graph, step.activation, raw, step.name);
  }
  const { height, width } = measureSteps(steps, side).get(output)!;
  if (end === 'features') graph.addNode('GlobalAveragePool', 'ended', [output]);
  else graph.addNode('Transpose', 'ended', [output], { perm: [0, 2, 3, 1] });
  graph.addNode('Flatten', GRAPH_OUTPUT, ['ended'], { axis: 1 });
  return graph.encode(
    { name: GRAPH_INPUT, shape: [side, side, 3] },
    { name: GRAPH_OUTPUT, dims: end === 'features' ? model.dims : height * width * model.dims },
    { weights: model.sha256, writer: String(GRAPH_WRITER_VERSION) },
  );
}

function addPool(graph: OnnxGraph, { input, size }: PoolStep, output: string): void {
  graph.addNode('MaxPool', output, [input], { kernel_shape: [size, size], strides: [size, size] });
}

function addConvolution(graph: OnnxGraph, step: ConvolutionStep, output: string): void {
  const weights = step.input === 'input' ? step.weights.map((weight) => weight / 127.5) : step.weights;
  graph.addConstant(`${step.name}/weights`, step.shape, weights);
  graph.addConstant(`${step.name}/bias`, [step.shape[0]], step.bias);
  graph.addNode('Conv', output, [step.input, `${step.name}/weights`, `${step.name}/bias`], {
    kernel_shape: step.shape.slice(2),
    strides: step.strides,
    pads: step.pads,
    group: step.groups,
  });
}

function addActivation(graph: OnnxGraph, activation: Activation, from: string, to: string): void {
  if (activation === 'relu6') graph.addNode('Clip', to, [from, 'zero', 'six']);
  if (activation === 'relu') graph.addNode('Relu', to, [from]);
}
