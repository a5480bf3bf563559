import { serve } from 'srvx'
import { measured } from './measured.mjs'
import { respond } from './tmcp/respond.mjs'

const server = serve({ fetch: respond, hostname: '127.0.0.1', port: 0, silent: true, gracefulShutdown: false })
await server.ready()
measured(Number(new URL(server.url).port))
