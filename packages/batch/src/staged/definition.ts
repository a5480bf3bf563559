/** What a model is told of the tool. The schemas are plain JSON Schema, so both SDK lines send them as they are. */
export interface Definition {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: object
  readonly outputSchema: object
  readonly annotations?: object
}

/** The words a model reads, with an example: that is what it imitates. */
export const descriptionOf = (maxSteps: number): string =>
  [
    `Calls several of this server's tools in one go, up to ${maxSteps}: independent steps run at the same time, and a step can use`,
    'the results of others. Give each step an id. Where an argument is { "$ref": "find.cities[0].id" }, it is taken from the result',
    'of the step "find", which runs first. { "$text": "About {{find.cities[0].name}}" } puts values into a text. "after": ["find"]',
    'makes a step wait for another without using its result. "return" names the steps whose results you want to see; all without',
    'it. A step that fails stops only those that need it.',
    'Example: {"steps": [{"id": "find", "tool": "search", "arguments": {"name": "Paris"}},',
    '{"id": "details", "tool": "details", "arguments": {"id": {"$ref": "find.cities[0].id"}}}], "return": ["details"]}',
  ].join(' ')

export const inputSchemaOf = (maxSteps: number): object => ({
  type: 'object',
  properties: {
    steps: {
      type: 'array',
      minItems: 1,
      maxItems: maxSteps,
      items: {
        type: 'object',
        properties: {
          id: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$', description: 'What other steps call it by' },
          tool: { type: 'string', description: 'Name of a tool of this server' },
          arguments: {
            type: 'object',
            description: 'Arguments of the tool; { "$ref": "id.path" } in place of a value takes it from another step',
          },
          after: { type: 'array', items: { type: 'string' }, description: 'Ids of steps to wait for' },
        },
        required: ['id', 'tool'],
        additionalProperties: false,
      },
    },
    return: { type: 'array', items: { type: 'string' }, description: 'Ids of the steps whose results are shown' },
  },
  required: ['steps'],
  additionalProperties: false,
})

export const outputSchema: object = {
  type: 'object',
  properties: {
    steps: {
      type: 'object',
      description: 'By id: what came of each step that is shown or did not go well',
      additionalProperties: {
        type: 'object',
        properties: { status: { enum: ['ok', 'error', 'skipped'] }, value: {}, message: { type: 'string' } },
        required: ['status'],
      },
    },
  },
  required: ['steps'],
}
