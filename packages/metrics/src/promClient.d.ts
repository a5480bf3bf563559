// The one file of prom-client that is loaded comes without types of its own.
declare module 'prom-client/lib/registry.js' {
  import type { Registry, RegistryContentType } from 'prom-client'
  const registry: new (contentType: RegistryContentType) => Registry<RegistryContentType>
  export default registry
}

declare module 'prom-client/lib/util.js' {
  export const getValueAsString: (value: number) => string
}
