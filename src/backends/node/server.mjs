// Spotlight's server without its command line, which would report its own telemetry to sentry.io.
import './loopback.cjs';
import { setupSpotlight } from '@spotlightjs/spotlight';

await setupSpotlight({ port: Number(process.argv[2]), isStandalone: true });
