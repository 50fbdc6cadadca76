import { describe, expect, it } from 'vitest';
import { minimiseLbfgs, type Objective } from '../../../src/main/core/math/lbfgs.ts';
import { searchWolfe } from '../../../src/main/core/math/wolfeSearch.ts';

/** Σ 100 (x₂ᵢ₊₁ − x₂ᵢ²)² + (1 − x₂ᵢ)²: a curved valley with its floor at all ones. */
const rosenbrock: Objective = (x) => {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let index = 0; index < x.length; index += 2) {
    const a = x[index]!;
    const b = x[index + 1]!;
    value += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
    gradient[index] = -400 * a * (b - a * a) - 2 * (1 - a);
    gradient[index + 1] = 200 * (b - a * a);
  }
  return { value, gradient };
};

/** ½ Σ cᵢ (xᵢ − i)² with curvatures cᵢ from 1 to 10⁴. */
const quadratic: Objective = (x) => {
  const gradient = x.map((value, index) => curvature(index, x.length) * (value - index));
  const value = x.reduce((sum, at, index) => sum + 0.5 * curvature(index, x.length) * (at - index) ** 2, 0);
  return { value, gradient };
};

function curvature(index: number, length: number): number {
  return 10 ** ((4 * index) / (length - 1));
}

describe('minimiseLbfgs', () => {
  it('finds the floor of curved and ill-conditioned valleys', async () => {
    const valley = await minimiseLbfgs({
      objective: rosenbrock,
      start: Float64Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? -1.2 : 1)),
      maxIterations: 200,
      tolerance: 1e-9,
    });
    expect(valley.converged).toBe(true);
    for (const value of valley.point) expect(value).toBeCloseTo(1, 7);
    expect(valley.evaluations).toBeLessThan(100);

    const bowl = await minimiseLbfgs({
      objective: (x) => Promise.resolve(quadratic(x) as Awaited<ReturnType<Objective>>),
      start: new Float64Array(50),
      maxIterations: 2000,
      tolerance: 1e-8,
      relativeReduction: 0,
    });
    expect(bowl.reason).toBe('gradient');
    // SciPy's L-BFGS-B needs 1,044 evaluations here.
    expect(bowl.evaluations).toBeLessThan(1500);
    bowl.point.forEach((value, index) => expect(value).toBeCloseTo(index, 6));
  });

  it('lowers the value at every step and says the same twice', async () => {
    const run = async () => {
      const values: number[] = [];
      const start = Float64Array.from([-1.2, 1, 3, -4]);
      const onIteration = ({ value }: { value: number }) => void values.push(value);
      const result = await minimiseLbfgs({ objective: rosenbrock, start, onIteration });
      return { values, result };
    };
    const first = await run();
    expect(first.values.length).toBe(first.result.iterations);
    first.values.slice(1).forEach((value, index) => expect(value).toBeLessThan(first.values[index]!));
    expect(await run()).toEqual(first);
  });

  it('ends at the precision of a float32 objective instead of searching on', async () => {
    const rounded: Objective = async (x) => {
      const { value, gradient } = await quadratic(x);
      return { value: Math.fround(value + 1), gradient: Float64Array.from(Float32Array.from(gradient)) };
    };
    const result = await minimiseLbfgs({
      objective: rounded,
      start: new Float64Array(20),
      maxIterations: 1000,
      tolerance: 0,
      relativeReduction: 0,
    });
    expect(result.converged).toBe(true);
    expect(result.value).toBeCloseTo(1, 5);
    expect(result.evaluations).toBeLessThan(500);
  });

  it('steps back from points where the objective is not finite', async () => {
    // −log x + x, defined right of 0 only; its first step leads left of it.
    const barrier: Objective = (x) => ({
      value: x[0]! > 0 ? x[0]! - Math.log(x[0]!) : NaN,
      gradient: Float64Array.of(1 - 1 / x[0]!),
    });
    const result = await minimiseLbfgs({ objective: barrier, start: Float64Array.of(0.9999 + 40) });
    expect(result.point[0]).toBeCloseTo(1, 4);
  });

  it('keeps the start and says so when the objective is not finite there', async () => {
    const broken: Objective = (x) => ({ value: NaN, gradient: new Float64Array(x.length) });
    const result = await minimiseLbfgs({ objective: broken, start: Float64Array.of(3, 4) });
    expect(result).toMatchObject({ reason: 'non-finite', converged: false, iterations: 0, evaluations: 1 });
    expect([...result.point]).toEqual([3, 4]);
  });

  it('stops when asked, with the best point so far', async () => {
    let iterations = 0;
    const result = await minimiseLbfgs({
      objective: rosenbrock,
      start: Float64Array.from([-1.2, 1]),
      onIteration: () => {
        iterations += 1;
      },
      shouldStop: () => iterations >= 3,
    });
    expect(result).toMatchObject({ reason: 'stopped', iterations: 3, converged: false });
    expect(result.value).toBeLessThan(24.2);
  });
});

describe('searchWolfe', () => {
  it.each([1e-6, 0.01, 1, 30, 1e5])(
    'meets both strong Wolfe conditions from a first step of %f',
    async (firstStep) => {
      // −x / (x² + 2): Moré and Thuente's first test function, whose slope soon vanishes.
      const objective: Objective = ([x]) => ({
        value: -x! / (x! ** 2 + 2),
        gradient: Float64Array.of((x! ** 2 - 2) / (x! ** 2 + 2) ** 2),
      });
      const point = Float64Array.of(0);
      const from = { ...(await objective(point)), point, step: 0, slope: -0.5 };
      const direction = Float64Array.of(1);
      const found = (await searchWolfe({ objective, from, direction, firstStep, shouldStop: () => false }))!;
      expect(found.value).toBeLessThanOrEqual(from.value + 1e-4 * found.step * from.slope);
      expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * Math.abs(from.slope));
      expect(found.point[0]).toBe(found.step);
    },
  );
});
