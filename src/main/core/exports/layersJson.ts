/** One layer as TF.js and Keras 2 describe it in the topology of a layers model. */
export interface LayerJson {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes: readonly (readonly (readonly [string, 0, 0, Record<string, never>])[])[];
}

/** A float32 weight under the name by which its layer finds it: `<layer>/<part>`. */
export interface NamedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Layers with their weights, each layer after its inputs. */
export interface LayersPart {
  readonly layers: readonly LayerJson[];
  readonly weights: readonly NamedWeight[];
  /** Name of the layer whose output is the part's output. */
  readonly output: string;
}

/** Describes a layer that takes the outputs of `inputs`. */
export function describeLayer(
  className: string,
  name: string,
  inputs: readonly string[],
  config: Readonly<Record<string, unknown>> = {},
): LayerJson {
  return {
    class_name: className,
    name,
    config: { ...config, name, trainable: false, dtype: 'float32' },
    inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}] as const)],
  };
}

export interface LayersModelFiles {
  /** Text of model.json. */
  readonly json: string;
  /** Content of weights.bin. */
  readonly weights: Buffer;
}

/**
 * Joins parts to one TF.js layers model (`model.json` and `weights.bin`): the first part begins with the input
 * layer `input`, each later part takes the output of the one before it.
 */
export function joinLayersModel(parts: readonly LayersPart[]): LayersModelFiles {
  const weights = parts.flatMap((part) => part.weights);
  const output = parts.at(-1)?.output ?? 'input';
  const json = {
    format: 'layers-model',
    generatedBy: 'Fovea Studio',
    convertedBy: null,
    modelTopology: {
      class_name: 'Model',
      config: {
        name: 'classifier',
        layers: parts.flatMap((part) => part.layers),
        input_layers: [['input', 0, 0]],
        output_layers: [[output, 0, 0]],
      },
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({ name: weight, shape }) => ({ name: weight, shape, dtype: 'float32' })),
      },
    ],
  };
  return {
    json: JSON.stringify(json),
    weights: Buffer.concat(
      weights.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ),
  };
}
