/**
 * What the views are given: the state to show, and what the reader can do. The lab provides it; the
 * views know no more of the lab. There is no code here on purpose.
 *
 * @typedef {import('../protocol.js').Images} Images
 *
 * @typedef {{ z: Float32Array, label: number | null, images: Images }} Place a z, and what it makes
 *
 * @typedef {object} LatentSpace ways through the latent space, and the pictures on them
 * @property {boolean} open
 * @property {number} from seed of one end of the walk
 * @property {number} to seed of the other
 * @property {number} at which place of the walk is shown large, in pictures
 * @property {boolean} playing
 * @property {number} seed of the middle of the plane
 * @property {number} extent of the plane, in standard deviations
 * @property {number} walkCount pictures on the walk
 * @property {number} planeSide pictures on a side of the plane
 * @property {Images} [walk]
 * @property {Images} [plane]
 * @property {(open: boolean) => void} show
 * @property {(ends: { from?: number, to?: number }) => void} walkBetween
 * @property {(changes: { seed?: number, extent?: number }) => void} planeAt
 * @property {{ right: number, down: number }} point the chosen one of the plane, in standard deviations
 * @property {{ from: number, to: number, seed: number, at: number }} blend two digits, one z, a place
 * @property {Images} [blends] the way between the two digits
 * @property {Images} [blended] the picture at its place
 * @property {Images | undefined} moment what is shown large of the walk
 * @property {{ walk?: Place, plane?: Place }} places
 * @property {(at: number) => void} moveTo
 * @property {(point: { right: number, down: number }) => void} pointTo
 * @property {(changes: { from?: number, to?: number, seed?: number }) => void} blendBetween
 * @property {(at: number) => void} blendTo
 * @property {(playing: boolean) => void} play
 *
 * @typedef {object} SlowRound a round, phase by phase
 * @property {boolean} open
 * @property {boolean} playing
 * @property {boolean} busy a phase is on its way
 * @property {number} seconds that a phase stays while it plays
 * @property {import('../protocol.js').Phase | undefined} frame what is shown
 * @property {boolean} canGoBack
 * @property {(open: boolean) => void} show
 * @property {() => void} forward
 * @property {() => void} back
 * @property {(playing: boolean) => void} play
 * @property {(seconds: number) => void} setSpeed
 *
 * @typedef {object} Eyes what D sees in the grid's digits
 * @property {boolean} scores each digit wears its score
 * @property {number | undefined} chosen the digit that is looked at closely
 * @property {number} focused the digit that the keyboard is at
 * @property {number[] | undefined} z what the chosen one is made from
 * @property {boolean} own whether that is the grid's own z
 * @property {number} component of z that the keyboard is at
 * @property {import('../protocol.js').Eyes | undefined} seen
 * @property {(scores: boolean) => void} wear
 * @property {(index: number | undefined) => void} choose
 * @property {(index: number) => void} focus
 * @property {(component: number, value?: number) => void} set moves to a number of z, and changes it
 * @property {() => void} restore takes the grid's z again
 *
 * @typedef {object} Opening how a run begins for who watches
 * @property {'z' | 'made' | undefined} shows what stands before the grid
 * @property {boolean} pinned the reader looks at z
 * @property {Images | undefined} first what the untrained G made
 * @property {(pinned: boolean) => void} pin
 *
 * Views that are loaded when they are first opened.
 * @typedef {object} Parts
 * @property {{ slowly: Panel, drawSlowly: (root: ShadowRoot, state: SlowRound, theme: string) => void }} [slowly]
 * @property {{ eyesPanel: Panel, drawEyes: (root: ShadowRoot, state: Eyes, theme: string) => void }} [eyes]
 * @typedef {(lab: LabInterface, t: import('../i18n/index.js').Translate) => unknown} Panel
 *
 * @typedef {object} PlanePart what is shown of a model that lives in the plane, once it has loaded
 * @property {(t: import('../i18n/index.js').Translate, controls: 'full' | 'basic' | 'compact' | 'none') => unknown} stage
 * @property {(t: import('../i18n/index.js').Translate) => unknown} drawer
 *
 * @typedef {object} LabInterface
 * @property {import('../store.js').Store} store
 * @property {LatentSpace} latentSpace
 * @property {SlowRound} slowRound
 * @property {Eyes} eyes
 * @property {Opening} opening
 * @property {Parts} parts
 * @property {() => void} openSlowly opens a round, phase by phase
 * @property {string} live a sentence for screen readers
 * @property {boolean} presenting it fills the screen, for the last row of a lecture hall
 * @property {() => void} present begins or ends that
 * @property {PlanePart | undefined} plane
 * @property {number | undefined} snapshotStep where going back to the last snapshot leads
 *
 * @property {() => void} toggle starts or pauses training
 * @property {(which: import('../protocol.js').Which) => void} stepOnce
 * @property {() => void} startOver
 * @property {() => void} restore goes back to the last snapshot
 * @property {() => void} restart
 * @property {() => void} resample draws other z
 * @property {(which: import('../protocol.js').Weights) => void} showWeights
 * @property {() => void} showFixed shows the fixed z again
 * @property {(digit: string) => void} chooseDigit
 * @property {(limit: number) => void} setSpeed
 * @property {(what: string, options: Record<string, any> | null) => void} watch has `store.watched[what]`
 *   kept up to date; null ends it
 * @property {(key: number) => void} dismiss takes a message away
 * @property {(name: string, shown: boolean) => void} showCurve
 * @property {(logarithmic: boolean) => void} scaleCurves
 * @property {(index: number | undefined) => void} pointAt the point of the curves whose values are
 *   shown; without one, the latest
 * @property {() => void} treat cures a run that fails on purpose, or takes the cure away again
 *
 * @property {(name: string, value: string | number | boolean) => void} edit
 * @property {(name: string) => void} usePreset
 * @property {() => void} apply
 * @property {() => void} revert
 * @property {(backend: import('../protocol.js').BackendChoice, manner?: { threads?: import('../protocol.js').Threads }) => void} moveTo
 *
 * @property {(files: File[], folders?: string[], place?: import('../store.js').Place) => void} takeFiles
 * @property {(file: File) => void} takeCheckpoint
 * @property {(points: Float32Array) => void} useDrawing trains on points that the reader has drawn
 * @property {() => void} download
 * @property {string | undefined} link a page with this experiment, where there is one
 * @property {() => void} copyLink
 */

export {};
