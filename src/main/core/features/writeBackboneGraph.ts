import type { Activation, BackboneModel } from './layersModel.ts';
import { GRAPH_INPUT, GRAPH_OUTPUT, GRAPH_WRITER_VERSION } from './graphNames.ts';
import { lowerLayers, type ConvolutionStep } from './lowerLayers.ts';
import { OnnxGraph } from './onnxGraph.ts';

const FLOAT = 1;

/**
 * Writes a frozen backbone as one ONNX graph: `pixels` uint8 `[n, side, side, 3]` (RGB) in, `features`
 * float32 `[n, dims]` out, with x/127.5 − 1, batch norm and global average pooling inside.
 *
 * The scaling is split: 127.5 is subtracted from the pixels, and the division goes into the first
 * convolution's weights. Both are exact under zero padding, because a padded zero stays what it was: the
 * middle grey of the scaled image.
 * Throws `unsupported` for a network that is not a MobileNet.
 */
export function writeBackboneGraph(model: BackboneModel, side: number): Uint8Array {
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
    else addConvolution(graph, step, raw);
    addActivation(graph, step.activation, raw, step.name);
  }
  graph.addNode('GlobalAveragePool', 'pooled', [output]);
  graph.addNode('Flatten', GRAPH_OUTPUT, ['pooled'], { axis: 1 });
  return graph.encode(
    { name: GRAPH_INPUT, shape: [side, side, 3] },
    { name: GRAPH_OUTPUT, dims: model.dims },
    { weights: model.sha256, writer: String(GRAPH_WRITER_VERSION) },
  );
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
