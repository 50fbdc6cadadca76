import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { AttributeType } = onnx.AttributeProto;
const { DataType } = onnx.TensorProto;

type AttributeValue = number | readonly number[];

/** Collects the nodes and constants of one ONNX graph (opset 17, IR 8) and encodes it. */
export class OnnxGraph {
  readonly #nodes: InstanceType<typeof onnx.NodeProto>[] = [];
  readonly #constants: InstanceType<typeof onnx.TensorProto>[] = [];

  /** Adds a node with one output and returns the output's name. Attributes are integers or lists of them. */
  addNode(
    opType: string,
    output: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const attribute = Object.entries(attributes).map(([name, value]) =>
      onnx.AttributeProto.create(
        typeof value === 'number'
          ? { name, type: AttributeType.INT, i: value }
          : { name, type: AttributeType.INTS, ints: [...value] },
      ),
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

  /** The graph as bytes: uint8 `input` `[n, …shape]` in, float32 `output` `[n, dims]` out. */
  encode(
    input: { name: string; shape: readonly number[] },
    output: { name: string; dims: number },
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
        name: 'backbone',
        node: this.#nodes,
        initializer: this.#constants,
        input: [describeValue(input.name, DataType.UINT8, input.shape)],
        output: [describeValue(output.name, DataType.FLOAT, [output.dims])],
      }),
    });
    return onnx.ModelProto.encode(model).finish();
  }
}

function describeValue(
  name: string,
  elemType: number,
  shape: readonly number[],
): InstanceType<typeof onnx.ValueInfoProto> {
  const dim = [{ dimParam: 'n' }, ...shape.map((dimValue) => ({ dimValue }))];
  return onnx.ValueInfoProto.create({ name, type: { tensorType: { elemType, shape: { dim } } } });
}
