import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { AttributeType } = onnx.AttributeProto;
const { DataType } = onnx.TensorProto;

type AttributeValue = number | readonly number[] | string;

/** Collects the nodes and constants of one ONNX graph (opset 17, IR 8) and encodes it. */
export class OnnxGraph {
  readonly #nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly #constants: InstanceType<typeof onnx.TensorProto>[] = [];

  /** Adds a node with one output and returns the output's name. Attributes are integers, lists of them, or words. */
  addNode(
    opType: string,
    output: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const attribute = Object.entries(attributes).map(([name, value]) =>
      onnx.AttributeProto.create({ name, ...describeAttribute(value) }),
    );
    this.#nodes.push(
      onnx.NodeProto.create({ opType, name: output, input: [...inputs], output: [output], attribute }),
    );
    return output;
  }

  /** Adds a float32 constant and returns its name. */
  addConstant(name: string, shape: readonly number[], values: ArrayLike<number>): string {
    const floats = Float32Array.from(values);
    this.#constants.push(
      onnx.TensorProto.create({
        name,
        dims: [...shape],
        dataType: DataType.FLOAT,
        rawData: new Uint8Array(floats.buffer),
      }),
    );
    return name;
  }

  /** Adds a constant list of whole numbers (int64) and returns its name. */
  addIndices(name: string, values: readonly number[]): string {
    const longs = BigInt64Array.from(values, BigInt);
    this.#constants.push(
      onnx.TensorProto.create({
        name,
        dims: [values.length],
        dataType: DataType.INT64,
        rawData: new Uint8Array(longs.buffer),
      }),
    );
    return name;
  }

  /** The graph as bytes, with float32 inputs and outputs; a text in a shape is a length that varies. */
  encodeFloats(inputs: readonly FloatValue[], outputs: readonly FloatValue[]): Uint8Array {
    return this.#encode(inputs.map(describeFloats), outputs.map(describeFloats), {});
  }

  /** The graph as bytes: uint8 `input` `[n, …shape]` in, float32 `output` `[n, dims]` out. */
  encode(
    input: { name: string; shape: readonly number[] },
    output: { name: string; dims: number },
    facts: Readonly<Record<string, string>>,
  ): Uint8Array {
    return this.#encode(
      [describeValue(input.name, DataType.UINT8, input.shape)],
      [describeValue(output.name, DataType.FLOAT, [output.dims])],
      facts,
    );
  }

  #encode(
    input: InstanceType<typeof onnx.ValueInfoProto>[],
    output: InstanceType<typeof onnx.ValueInfoProto>[],
    facts: Readonly<Record<string, string>>,
  ): Uint8Array {
    const model = onnx.ModelProto.create({
      irVersion: 8,
      producerName: 'fovea-studio',
      opsetImport: [onnx.OperatorSetIdProto.create({ domain: '', version: 17 })],
      metadataProps: Object.entries(facts).map(([key, value]) =>
        onnx.StringStringEntryProto.create({ key, value }),
      ),
      graph: onnx.GraphProto.create({
        name: 'fovea',
        node: this.#nodes,
        initializer: this.#constants,
        input,
        output,
      }),
    });
    return onnx.ModelProto.encode(model).finish();
  }
}

function describeAttribute(value: AttributeValue) {
  if (typeof value === 'number') return { type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  return { type: AttributeType.INTS, ints: [...value] };
}

/** A float32 input or output of a graph. */
export interface FloatValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

function describeFloats({ name, shape }: FloatValue): InstanceType<typeof onnx.ValueInfoProto> {
  const dim = shape.map((each) => (typeof each === 'string' ? { dimParam: each } : { dimValue: each }));
  return onnx.ValueInfoProto.create({
    name,
    type: { tensorType: { elemType: DataType.FLOAT, shape: { dim } } },
  });
}

function describeValue(
  name: string,
  elemType: number,
  shape: readonly number[],
): InstanceType<typeof onnx.ValueInfoProto> {
  const dim = [{ dimParam: 'n' }, ...shape.map((dimValue) => ({ dimValue }))];
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, shape: { dim } } } });
}
