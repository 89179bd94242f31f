/** Turns the files of examples/starter into the world that a first start makes, and plays its story. */
export { makeStarterWorkspace, starterOf } from './make-workspace.ts';
export { playStory } from './play-story.ts';
