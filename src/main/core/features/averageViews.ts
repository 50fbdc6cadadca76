/**
 * The mean over the views of one image: `[views × inputs]` → `[inputs]`. A linear head's logits of the mean are the mean
 * of its logits, so this is averaging at prediction. With one view the features come back as they are.
 */
export function averageViews(row: Float32Array, inputs: number): Float32Array {
  if (row.length === inputs) return row;
  const mean = new Float32Array(inputs);
  const views = row.length / inputs;
  for (let input = 0; input < inputs; input++) {
    let sum = 0;
    for (let at = input; at < row.length; at += inputs) sum += row[at]!;
    mean[input] = sum / views;
  }
  return mean;
}
