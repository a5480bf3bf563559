import { answer, description, name, schema as whole } from '../../../tool.mjs'

export const schema = whole.shape
export const metadata = { name, description }
export default answer
