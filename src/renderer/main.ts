import '@fontsource-variable/ibm-plex-sans/wght.css';
import { mount } from 'svelte';
import './theme.css';
import './ui/controls.css';
import App from './App.svelte';

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app element.');
mount(App, { target });
