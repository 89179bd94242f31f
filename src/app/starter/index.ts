/** Turns the files of examples/starter into the world that a first start makes, and plays its story. */
export { consumerFiles } from './consumer-files.ts';
export { makeStarterWorkspace, starterOf } from './make-workspace.ts';
export { playStory } from './play-story.ts';
export { readStarter } from './read-starter.ts';
export { replayHistory } from './replay-history.ts';
