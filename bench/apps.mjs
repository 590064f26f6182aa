// The apps that are compared.

/** The apps in the order of a run. The first is this project. `main` is the entry point of an app in `apps/`. */
export const APPS = [
  { name: 'ours', title: 'this project' },
  { name: 'react', title: 'React', main: 'main.jsx' },
  { name: 'vanilla', title: 'oauth4webapi', main: 'main.js' },
  { name: 'floor', title: 'floor', main: 'main.js' },
];
