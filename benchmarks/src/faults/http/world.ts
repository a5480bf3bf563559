import { faultProxy } from '@millrace/core/testing'
import { serving } from '../serving.ts'
import type { Proxied } from '../subject.ts'
import { service } from './service.ts'
import type { Service } from './service.ts'

/** An HTTP service, a proxy in front of it, and an MCP server that uses it through the proxy. */
export interface Web extends Proxied, Pick<Service, 'port' | 'become' | 'stop' | 'crash' | 'start'> {}

/** Starts all of it. */
export const web = async (): Promise<Web> => {
  const api = await service(60)
  const proxy = await faultProxy({ host: '127.0.0.1', port: api.port })
  const served = await serving(new URL('./serve.ts', import.meta.url), `http://${proxy.host}:${proxy.port}`)
  return {
    proxy,
    serving: served,
    port: api.port,
    become: api.become,
    stop: api.stop,
    crash: api.crash,
    start: api.start,
    idle: 0,
    connections: api.connections,
    kept: () => Promise.resolve(api.kept()),
    close: async () => {
      await served.close()
      await proxy.close()
      await api.remove()
    },
  }
}
