// The apps that the benchmark compares.

/** The apps, in the order in which each run measures them. `main` is the entry point of an app in `apps/`. */
export const APPS = [
  { name: 'ours', title: 'this project' },
  { name: 'react', title: 'React', main: 'main.jsx' },
  { name: 'vanilla', title: 'oauth4webapi', main: 'main.js' },
  { name: 'floor', title: 'floor', main: 'main.js' },
];
