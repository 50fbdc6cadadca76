import type { BackboneModel } from '../features/layersModel.ts';
import {
  lowerLayers,
  measureSteps,
  type ConvolutionStep,
  type PoolStep,
  type Step,
} from '../features/lowerLayers.ts';
import { OnnxGraph } from '../features/onnxGraph.ts';

/** Names of what goes in and comes out. */
export const IMAGE = 'image';
export const DIRECTION = 'direction';
export const FEATURES = 'features';
export const MAP = 'map';
export const GRADIENT = 'gradient';

/**
 * A frozen backbone as an ONNX graph that also gives its last map: `image` float32 `[n, side, side, 3]` with values
 * 0–255 in; `features` `[n, dims]` and `map` `[n, dims, h, w]` (the features are its means) out. The same arithmetic
 * as `writeBackboneGraph`. Throws `unsupported` for a network that is not a MobileNet.
 */
export function writeMapGraph(model: BackboneModel, side: number): Uint8Array {
  const { graph, output } = writeForward(model, side);
  graph.addNode('Identity', MAP, [output]);
  graph.addNode('GlobalAveragePool', 'pooled', [output]);
  graph.addNode('Flatten', FEATURES, ['pooled'], { axis: 1 });
  return graph.encodeFloats(
    [{ name: IMAGE, shape: ['n', side, side, 3] }],
    [
      { name: FEATURES, shape: ['n', model.dims] },
      { name: MAP, shape: ['n', model.dims, 'h', 'w'] },
    ],
  );
}

/**
 * The backbone forward and backward: `image` as above and `direction` `[n, dims]` in, `gradient` `[n, 3, side, side]`
 * out: the derivative of Σ direction · features by each pixel value. A convolution's derivative by its input is the
 * transposed convolution with the same weights; ReLU6 lets through where its input lies between 0 and 6. So no engine
 * with gradients is needed.
 */
export function writeGradientGraph(model: BackboneModel, side: number): Uint8Array {
  const { graph, steps, output } = writeForward(model, side);
  const sizes = measureSteps(steps, side);
  const { height, width } = sizes.get(output)!;
  graph.addConstant('pixels', [], [height * width]);
  graph.addIndices('spatial', [2, 3]);
  graph.addNode('Div', 'mean/slope', [DIRECTION, 'pixels']);
  graph.addNode('Unsqueeze', 'mean/slope/planes', ['mean/slope', 'spatial']);
  graph.addNode('Shape', 'mean/shape', [output]);
  graph.addNode('Expand', 'mean/slope/all', ['mean/slope/planes', 'mean/shape']);

  /** What arrives at each value from the steps that use it. */
  const slopes = new Map<string, string[]>([[output, ['mean/slope/all']]]);
  const arrive = (name: string, slope: string): void => {
    slopes.set(name, [...(slopes.get(name) ?? []), slope]);
  };
  for (const step of [...steps].reverse()) {
    const own = slopes.get(step.name);
    // A step that nothing uses on the way to the output.
    if (own === undefined) continue;
    const slope = returnActivation(graph, step, addUp(graph, `${step.name}/slope`, own));
    if (step.kind === 'add') {
      for (const input of step.inputs) arrive(input, slope);
    } else if (step.kind === 'pool') {
      arrive(step.input, returnPool(graph, step, slope));
    } else {
      const size = step.input === 'input' ? { height: side, width: side } : sizes.get(step.input)!;
      arrive(step.input, returnConvolution(graph, step, slope, size));
    }
  }
  graph.addNode('Identity', GRADIENT, [addUp(graph, 'input/slope', slopes.get('input') ?? [])]);
  return graph.encodeFloats(
    [
      { name: IMAGE, shape: ['n', side, side, 3] },
      { name: DIRECTION, shape: ['n', model.dims] },
    ],
    [{ name: GRADIENT, shape: ['n', 3, side, side] }],
  );
}

function writeForward(model: BackboneModel, side: number) {
  const { steps, output } = lowerLayers(model, side);
  const graph = new OnnxGraph();
  graph.addConstant('middle', [], [127.5]);
  graph.addConstant('zero', [], [0]);
  graph.addConstant('six', [], [6]);
  graph.addNode('Transpose', 'planes', [IMAGE], { perm: [0, 3, 1, 2] });
  graph.addNode('Sub', 'input', ['planes', 'middle']);
  for (const step of steps) {
    const raw = rawName(step);
    if (step.kind === 'add') graph.addNode('Add', raw, step.inputs);
    else if (step.kind === 'pool') addPool(graph, step, raw);
    else addConvolution(graph, step, raw);
    if (step.activation === 'relu6') graph.addNode('Clip', step.name, [raw, 'zero', 'six']);
    if (step.activation === 'relu') graph.addNode('Relu', step.name, [raw]);
  }
  return { graph, steps, output };
}

const rawName = (step: Step): string => (step.activation === 'linear' ? step.name : `${step.name}/linear`);

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

interface Size {
  readonly height: number;
  readonly width: number;
}

function addPool(graph: OnnxGraph, { input, size }: PoolStep, output: string): void {
  graph.addNode('MaxPool', output, [input], { kernel_shape: [size, size], strides: [size, size] });
}

function addUp(graph: OnnxGraph, name: string, slopes: readonly string[]): string {
  return slopes.length === 1 ? slopes[0]! : graph.addNode('Sum', name, slopes);
}

/** The slope before a step's activation, from that after it. */
function returnActivation(graph: OnnxGraph, step: Step, slope: string): string {
  if (step.activation === 'linear') return slope;
  const [raw, name] = [rawName(step), `${step.name}/open`];
  graph.addNode('Greater', `${name}/above`, [raw, 'zero']);
  let open = `${name}/above`;
  if (step.activation === 'relu6') {
    graph.addNode('Less', `${name}/below`, [raw, 'six']);
    open = graph.addNode('And', `${name}/between`, [open, `${name}/below`]);
  }
  graph.addNode('Cast', name, [open], { to: 1 });
  return graph.addNode('Mul', `${step.name}/slope/linear`, [slope, name]);
}

/** The slope at a convolution's input, of the given size. */
function returnConvolution(graph: OnnxGraph, step: ConvolutionStep, slope: string, size: Size): string {
  const [top, left, bottom, right] = step.pads;
  // Rows and columns at the end that no stride reached get a slope of 0.
  const rest = (length: number, kernel: number, stride: number): number => (length - kernel) % stride;
  return graph.addNode('ConvTranspose', `${step.name}/input/slope`, [slope, `${step.name}/weights`], {
    kernel_shape: step.shape.slice(2),
    strides: step.strides,
    pads: step.pads,
    group: step.groups,
    output_padding: [
      rest(size.height + top + bottom, step.shape[2], step.strides[0]),
      rest(size.width + left + right, step.shape[3], step.strides[1]),
    ],
  });
}

/** Each slope at the cell that was the largest; where several were, at each of them. The sides divide evenly. */
function returnPool(graph: OnnxGraph, step: PoolStep, slope: string): string {
  const { name, input, size } = step;
  const spread = (value: string, output: string): string => {
    graph.addConstant(`${output}/scales`, [4], [1, 1, size, size]);
    return graph.addNode('Resize', output, [value, '', `${output}/scales`], { mode: 'nearest' });
  };
  graph.addNode('Equal', `${name}/is/largest`, [input, spread(rawName(step), `${name}/spread`)]);
  graph.addNode('Cast', `${name}/open/pool`, [`${name}/is/largest`], { to: 1 });
  return graph.addNode('Mul', `${name}/input/slope`, [
    spread(slope, `${name}/slope/spread`),
    `${name}/open/pool`,
  ]);
}
