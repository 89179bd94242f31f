/** Turns the files of examples/starter into the world that a first start makes. */
export { consumerFiles } from './consumer-files.ts';
export { readStarter, type Starter, type StarterConsumer, type StarterStep } from './read-starter.ts';
export { replayHistory } from './replay-history.ts';
