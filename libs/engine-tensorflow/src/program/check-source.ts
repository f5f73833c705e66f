import type { ProgramSource, UpdateLayout, VariableSpec } from '@collimator/engine';
import { CollimatorError, type Problem } from '@collimator/errors';
import { elementsOf } from '../trace/trace.ts';

/** What TensorFlow allows in the name of a node. */
const nodeName = /^[A-Za-z0-9.][\w.\-/]*$/;

type Report = (field: string, message: string) => void;

/** Throws `bug` with every contradiction in a program's description. */
export function assertSoundSource(source: ProgramSource): void {
  const problems: Problem[] = [];
  const report: Report = (field, message) => problems.push({ field, message });
  checkNames(
    'variables',
    source.variables.map(({ name }) => name),
    report,
  );
  checkNames(
    'graphs',
    source.graphs.map(({ name }) => name),
    report,
  );
  for (const { name, inputs } of source.graphs)
    checkNames(
      `graphs.${name}`,
      inputs.map((input) => input.name),
      report,
    );
  for (const { name, shape, initial } of source.variables) {
    const expected = elementsOf(shape);
    if (initial.length !== expected)
      report(`variables.${name}`, `has ${initial.length} initial values, its shape ${expected}`);
  }
  if (source.update !== undefined) checkLayout(source.update.layout, source.variables, report);
  if (problems.length === 0) return;
  const lines = problems.map(({ field, message }) => `${field} ${message}`);
  throw new CollimatorError('bug', `the program contradicts itself: ${lines.join('; ')}`, { problems });
}

function checkNames(field: string, names: readonly string[], report: Report): void {
  names.forEach((name, index) => {
    if (!nodeName.test(name)) report(`${field}.${name}`, 'is no name of letters, digits, ".", "-", "_" and "/"');
    if (names.indexOf(name) !== index) report(`${field}.${name}`, 'occurs twice');
  });
}

function checkLayout(layout: UpdateLayout, variables: readonly VariableSpec[], report: Report): void {
  const sizes = new Map(variables.map(({ name, role, shape }) => [`${role} ${name}`, elementsOf(shape)]));
  const checkVariable = (role: VariableSpec['role'], name: string, length: number): void => {
    const size = sizes.get(`${role} ${name}`);
    if (size !== length)
      report(`layout.${name}`, `has ${length} floats, the ${role} ${size ?? 'none, for there is no such'}`);
  };
  const checkRange = (name: string, offset: number, length: number): void => {
    if (offset < 0 || offset + length > layout.length) {
      report(`layout.${name}`, `ends at ${offset + length}, the vector at ${layout.length}`);
    }
  };
  checkRange('count', layout.countOffset, 1);
  for (const { variable, offset, length } of layout.gradients) {
    checkVariable('weight', variable, length);
    checkRange(variable, offset, length);
  }
  for (const { mean, variance, countOffset, sumOffset, sumOfSquaresOffset, channels } of layout.moments) {
    checkVariable('statistic', mean, channels);
    checkVariable('statistic', variance, channels);
    checkRange(mean, countOffset, 1);
    checkRange(mean, sumOffset, channels);
    checkRange(variance, sumOfSquaresOffset, channels);
  }
}
