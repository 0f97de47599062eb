// What is wrong with what was asked for.

/** Wrong arguments, or a configuration with mistakes: exit code 2, each problem a line. */
export class UsageProblem extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'UsageProblem';
    this.problems = problems;
  }
}
