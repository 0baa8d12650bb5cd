// The buttons and sliders around the comparison.

export const MODES = [
  ['wipe', 'Wipe'],
  ['side', 'Side by side'],
  ['toggle', 'Toggle'],
  ['difference', 'Difference'],
];

export function make(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key in node && key !== 'list') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}

function button(text, action, label) {
  const node = make('button', { type: 'button', className: 'small', textContent: text });
  if (label) node.ariaLabel = label;
  node.addEventListener('click', action);
  return node;
}

function range(attributes, moved) {
  const node = make('input', { type: 'range', min: 0, step: 1, ...attributes });
  node.addEventListener('input', () => moved(Number(node.value)));
  return node;
}

export class Controls {
  /** @param compare the element of compare.js */
  constructor(compare) {
    this.compare = compare;
    this.messageLine = make('p', { className: 'message', role: 'status' });
    this.bar = make('div', { className: 'row bar' }, ...this.modeButtons(), this.zoomButtons());
    this.frames = this.frameButtons();
  }

  modeButtons() {
    const { compare } = this;
    this.modes = MODES.map(([mode, label]) => {
      const node = make('button', { type: 'button', textContent: label });
      node.addEventListener('click', () => compare.chooseMode(mode));
      return [mode, node];
    });
    this.tabs = make('div', { className: 'tabs', role: 'group', ariaLabel: 'Comparison mode' }, ...this.modes.map(([, node]) => node));
    this.wiper = range({ max: 100, ariaLabel: 'Wipe position, percent' }, (percent) => compare.setWipe(percent / 100));
    this.strength = button('×1', () => compare.nextStrength());
    this.psnr = button('PSNR', () => compare.measure(), 'Measure PSNR');
    return [this.tabs, this.wiper, this.strength, this.psnr];
  }

  zoomButtons() {
    const { compare } = this;
    this.zoom = make('output', { className: 'counter' });
    return make('div', { className: 'row zoom', role: 'group', ariaLabel: 'Zoom' },
      button('−', () => compare.zoomBy(-1), 'Zoom out'), this.zoom, button('+', () => compare.zoomBy(1), 'Zoom in'),
      button('Fit', () => compare.zoomTo(1)), button('1:1', () => compare.zoomTo(compare.fit.native), '1:1, actual pixels'));
  }

  frameButtons() {
    const { compare } = this;
    this.play = button('Play', () => (compare.playing ? compare.pause() : compare.play()));
    this.slider = range({ ariaLabel: 'Frame' }, (frame) => {
      compare.pause();
      compare.showFrame(frame);
    });
    this.counter = make('output', { className: 'counter' });
    return make('div', { className: 'row frames' }, this.play, button('◀', () => compare.step(-1), 'Previous frame'), this.slider, button('▶', () => compare.step(1), 'Next frame'), this.counter);
  }

  update() {
    const { view, count, fit, strength, playing, seenFrame } = this.compare;
    const single = this.compare.hasAttribute('single');
    for (const [mode, node] of this.modes) node.setAttribute('aria-pressed', String(view.mode === mode));
    this.tabs.hidden = single;
    this.psnr.hidden = single;
    this.wiper.hidden = single || view.mode !== 'wipe';
    this.wiper.value = String(Math.round(view.wipe * 100));
    this.strength.hidden = single || view.mode !== 'difference';
    this.strength.textContent = `×${strength}`;
    this.strength.ariaLabel = `×${strength}, brightness of the difference`;
    this.frames.hidden = count < 2;
    this.slider.max = String(count - 1);
    this.slider.value = String(view.frame);
    this.counter.textContent = `${seenFrame + 1} / ${count}`;
    this.play.textContent = playing ? 'Pause' : 'Play';
    this.zoom.textContent = fit.native ? `${Math.round((view.zoom / fit.native) * 100)} %` : '';
  }
}
