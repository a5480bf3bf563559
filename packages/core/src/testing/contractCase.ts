/** One case of a contract: hand it to any test runner, `it(name, run)`. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}
