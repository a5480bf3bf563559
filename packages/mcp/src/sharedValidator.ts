/** A JSON Schema validator as both SDKs take it in `jsonSchemaValidator`. */
export interface SchemaValidator {
  getValidator: (schema: never) => (input: unknown) => unknown
}

/** Compiled schemas that are kept. */
const maxCompiled = 100

/**
 * One validator for all servers of a process. SDK v1 otherwise makes an Ajv for every server (0.35–1.2 ms, the larger
 * part of what a server per request costs), and Ajv keeps every schema it ever compiled; this one is made when the
 * first schema needs it, compiles a schema once, and starts afresh when it has compiled too many.
 *
 * `new McpServer(info, { jsonSchemaValidator: sharedValidator(() => new AjvJsonSchemaValidator()) })`, with the call
 * outside the function that makes the servers.
 *
 * @param make makes the SDK's validator
 */
export const sharedValidator = <Validator extends SchemaValidator>(make: () => Validator): Validator => {
  let validator: Validator | undefined
  const compiled = new Map<string, (input: unknown) => unknown>()
  const getValidator = (schema: never): ((input: unknown) => unknown) => {
    const key = JSON.stringify(schema)
    const known = compiled.get(key)
    if (known !== undefined) return known
    if (compiled.size >= maxCompiled) {
      compiled.clear()
      validator = undefined
    }
    validator ??= make()
    const validate = validator.getValidator(schema)
    compiled.set(key, validate)
    return validate
  }
  return { getValidator } as Validator
}
