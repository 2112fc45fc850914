// Made by wasm-bindgen, copied by `cargo xtask build`: do not edit.
/* tslint:disable */
/* eslint-disable */

/** The experiment as plain JSON, or a part of it. */
export type Experiment = Record<string, string | number | boolean>;

/** Which updates a step makes. */
export type Which = 'discriminator' | 'generator' | 'both';

/** Which weights of the generator are shown: their average, or as they are trained. */
export type Weights = 'averaged' | 'raw';

/** The dataset in use. */
export interface DatasetInfo {
    name: string;
    count: number;
    source: string;
}

/** What runs. */
export interface Description {
    backend: 'webgpu' | 'cpu';
    adapter: string;
    software: boolean;
    /** Whether this is the CPU module with relaxed SIMD, whose rounding is the machine's. */
    relaxed: boolean;
    /** How many threads share the work; 1 but in the CPU module with threads. */
    threads: number;
    model: string;
    parameters: number;
    dataset: DatasetInfo;
    experiment: Experiment;
    step: number;
    /** Whether the run keeps an average of the generator's weights. */
    averaged: boolean;
    weights: Weights;
}

/** The figures of the latest step; beside these, the terms of the model's objective. */
export interface Figures {
    [term: string]: number;
    step: number;
    epoch: number;
    d_loss: number;
    g_loss: number;
    d_real: number;
    d_fake: number;
    images: number;
}

/** Samples to be shown: pictures, or points. */
export interface Samples {
    count: number;
    /** Columns of a picture; 1 for points. */
    width: number;
    height: number;
    /** Bytes of a pixel; coordinates of a point. */
    channels: number;
    /** Of pictures, row by row, 0 background to 255 ink; none of points. */
    pixels: Uint8Array;
    /** Of points, one after the other; none of pictures. */
    values: number[];
}

/** What one update has changed on a batch that is always the same; pairs are before and after. */
export interface Change {
    player: 'discriminator' | 'generator';
    step: number;
    d_real: [number, number];
    d_fake: [number, number];
    real_scores: [number[], number[]];
    fake_scores: [number[], number[]];
    /** How far each of the grid's samples has moved: root mean square over its pixels, in ink. */
    moved: number[];
    change_norm: number;
}

/** A report, and what the update before it has changed. */
export type Stepped = Figures & { change?: Change };

/** What happens in an update, in order. */
export type PhaseName = 'draw' | 'make' | 'judge' | 'loss' | 'gradient' | 'update';

/** A phase of an update, and all that is known by then of its batch. */
export interface Phase {
    phase: PhaseName;
    /** Which network this update teaches. */
    player: 'discriminator' | 'generator';
    /** The round, 1 for a run's first. */
    round: number;
    /** Which of the round's updates of this network, and how many there are. */
    update: number;
    updates: number;
    /** Samples in the batch; the first of them are shown. */
    batch: number;
    latent_dim: number;
    /** The first z, row after row. */
    z: number[];
    /** Classes of those that are shown. */
    labels?: number[];
    real?: Samples;
    fake?: Samples;
    /** What D says of each of the batch. */
    real_scores?: number[];
    fake_scores?: number[];
    d_real?: number;
    d_fake?: number;
    /** The loss and its terms, as in a report. */
    terms?: Record<string, number>;
    gradient_norm?: number;
    layers?: { name: string; norm: number }[];
    /** Of G: where its loss pulls the fakes, in the order of their pixels. */
    pull?: { values: number[]; norms: number[] };
    after?: {
        change_norm: number;
        real_scores?: number[];
        fake_scores: number[];
        d_real?: number;
        d_fake: number;
        fake?: Samples;
        moved?: number[];
    };
}

/** What of the grid is looked at. */
export interface Gaze {
    index?: number;
    z?: number[];
}

/** What D sees in the grid. */
export interface Eyes {
    step: number;
    scores: number[];
    d_fake: number;
    chosen?: {
        index: number;
        z: number[];
        label?: number;
        score: number;
        picture: Samples;
        /** Where its loss wants ink (above 0) and where it does not, in the order of its pixels. */
        pull: number[];
        pull_norm: number;
        nearest?: { index: number; label?: number; distance: number; picture: Samples };
    };
}

/** What is wanted of the plane: 1 to 1024 points, 0 to 96 cells of the field, 0 to 32 of the lattice. */
export interface PlaneOptions {
    points: number;
    field: number;
    lattice: number;
}

/** A run on the plane at one moment; points are x and y in turn. */
export interface PlaneFrame {
    step: number;
    /** The square that is shown is [-extent, extent]². */
    extent: number;
    reading: 'probability' | 'score';
    /** Points of the data, the same ones in every frame. */
    real: Float32Array;
    /** G(z) of z that stay the same. */
    fake: Float32Array;
    /** D's raw output at each fake. */
    outputs: Float32Array;
    /** The negative gradient of each fake's own loss of G. */
    pull: Float32Array;
    /** D's raw output at the centres of field × field cells, row by row from the top. */
    field: Float32Array;
    /** G at (lattice + 1)^latent_dim nodes of z over [-2, 2]^latent_dim, row by row. */
    lattice: Float32Array;
    latent_dim: 1 | 2;
    metrics: PlaneMetrics;
}

/** How close the points come to the data; modes where the data have some. */
export interface PlaneMetrics {
    modes?: number;
    modes_of?: number;
    /** The share of points within three standard deviations of a mode. */
    good?: number;
    /** Jensen-Shannon divergence in nats. */
    js: number;
}

/** How good a model's points of the plane are. */
export interface PlaneEvaluation extends PlaneMetrics {
    count: number;
    js_floor: number;
    reference: string;
}

/** A point of the latent space, and the class that is drawn there, where there are classes. */
export interface Place {
    z: number[];
    label: number | null;
}

/** What one look at a run has found: an evaluation of few images, always of the same latents. */
export interface Verdict extends Evaluation {
    step: number;
    /** The share of its images that could be real, of few images. */
    precision: number;
    /** The share of the real images that its images reach. */
    recall: number;
    /** A Wasserstein critic's mean slope between real and generated images. */
    slope?: number;
}

/** How good a model's images are. */
export interface Evaluation {
    count: number;
    frechet_distance: number;
    frechet_floor: number;
    confidence: number;
    real_confidence: number;
    modes: number;
    histogram: number[];
    kl_to_uniform: number;
    entropy: number;
    reference: string;
    reference_count: number;
}



/**
 * Data to learn from, parsed and sound, and the words by which experiments ask for them.
 *
 * They are made before a session is touched, so that a session takes them or leaves
 * them as a whole.
 */
export class Data {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * IDX bytes, gzip or plain. Those of the source `site` are its MNIST, all others
     * are the reader's own.
     *
     * # Errors
     *
     * `bad_dataset`.
     */
    static from_idx(name: string, source: string, images: Uint8Array | number[], labels?: Uint8Array | number[] | null): Data;
    /**
     * Points that the reader draws, x and y in turn, rounded to about 0.01 so that a link
     * can hold them; of more than 512 as many are kept.
     *
     * # Errors
     *
     * `bad_dataset` for an odd count of numbers, numbers that are not finite, fewer than two
     * points or absurdly many.
     */
    static from_points(name: string, pairs: Float32Array | number[]): Data;
    /**
     * The data of a dataset on the plane, and of its `drawing` where that is `points`.
     *
     * # Errors
     *
     * `bad_dataset` for another dataset and for points without a sound drawing.
     */
    static of_plane(dataset: string, drawing: string): Data;
    /**
     * The embedded drawn digits.
     */
    static procedural(): Data;
    /**
     * The experiment's `drawing` for these data; empty where they are no drawn points.
     */
    readonly drawing: string;
}

/**
 * A training run on one device.
 *
 * Every method that fails throws an `Error` with a stable `code`; the run goes
 * on as it was. Only a panic ends it (see `last_panic`).
 */
export class Session {
    private constructor();
    free(): void;
    [Symbol.dispose](): void;
    /**
     * Bytes of one pixel: 1 for grey, 3 for colour.
     */
    channels(): number;
    /**
     * Opens the backend and builds the networks. On the plane the experiment says what the
     * data are. Of digits there are only as many drawn ones as a batch needs: the dataset
     * comes afterwards, through [`Session::use_data`].
     *
     * # Errors
     *
     * `webgpu_unavailable`, `bad_experiment`.
     */
    static create(backend: string, experiment: Experiment): Promise<Session>;
    /**
     * What runs: backend, adapter, model, dataset, experiment, step. The experiment's
     * `dataset` names the data in use.
     *
     * # Errors
     *
     * `internal`.
     */
    describe(): Description;
    /**
     * Why the device cannot be used any more, if so.
     */
    device_lost(): string | undefined;
    /**
     * The latents that [`Session::sample`] draws images of, row after row.
     *
     * # Errors
     *
     * `bad_experiment` for a count or truncation out of range.
     */
    drawn_latents(count: number, seed?: number | null, truncation?: number | null): Float32Array;
    /**
     * Judges `count` new images against the dataset in use. `classifier` holds
     * the bytes of the site's `digit-classifier.safetensors`, which most readers
     * never need and therefore do not download with the module. After every few images it
     * awaits `rest()`, so that the worker hears what it is told; nothing may be asked of the
     * session then.
     *
     * # Errors
     *
     * `bad_experiment` for a count out of range, `bad_checkpoint` for other
     * bytes, `device_lost`, `out_of_memory`.
     */
    evaluate(count: number, classifier: Uint8Array | number[], rest: () => Promise<void>): Promise<Evaluation>;
    /**
     * Of a model on the plane: judges `count` new points against the data in use.
     *
     * # Errors
     *
     * `bad_experiment` for another model or a count out of range, `device_lost`,
     * `out_of_memory`.
     */
    evaluate_plane(count: number): Promise<PlaneEvaluation>;
    /**
     * The experiment with every field.
     *
     * # Errors
     *
     * `internal`.
     */
    experiment(): Experiment;
    /**
     * What D sees in the grid as it is shown: its score of each digit and, of the one at
     * `index`, made from `z` where that is given, where its loss wants ink and which real
     * image it is nearest to.
     *
     * # Errors
     *
     * `bad_experiment` for a model that is no generator against one discriminator, or a
     * digit or z that cannot be, `device_lost`, `out_of_memory`.
     */
    eyes(gaze: Gaze): Promise<Eyes>;
    /**
     * Gives up what is being judged: the next part is the first of a look at the run as it is
     * by then, or goes on with the real images.
     */
    forget_look(): void;
    /**
     * The picture grid: 64 images of latents that stay the same through training.
     *
     * # Errors
     *
     * `device_lost`, `out_of_memory`.
     */
    grid(): Promise<Uint8Array>;
    /**
     * Whether there is a classifier to judge with.
     */
    has_judge(): boolean;
    /**
     * Goes on judging the run by a small part, for most of which it answers nothing: reads
     * a few real images, once for each dataset, or a few of those that [`Session::evaluate`]
     * judges. The run does not change, and may go on between two parts: the verdict is on
     * the run as it was when the look came to it. With `now` a look at an earlier moment is
     * given up.
     *
     * # Errors
     *
     * `bad_dataset` when there are not two real images, `device_lost`, `out_of_memory`;
     * `internal` before [`Session::load_judge`].
     */
    judge(now: boolean): Promise<Verdict | undefined>;
    /**
     * The latents of the grid, row after row of the experiment's `latent_dim` numbers; none
     * where the model draws from none.
     */
    latents(): Float32Array;
    /**
     * Goes on with other images: IDX bytes, gzip or plain.
     *
     * # Errors
     *
     * `bad_dataset`, `bad_experiment` (fewer images than a batch); the old images stay.
     */
    load_dataset(name: string, source: string, images: Uint8Array | number[], labels?: Uint8Array | number[] | null): void;
    /**
     * Resumes the run of a safetensors file on the dataset in use; says which dataset
     * the file's run had asked for. A generator's plain `state_dict` begins a run of
     * the present experiment.
     *
     * # Errors
     *
     * `bad_checkpoint`, `bad_experiment`; the present run stays.
     */
    load(bytes: Uint8Array | number[]): Promise<string>;
    /**
     * Takes the classifier that [`Session::judge`] judges with: the bytes of the site's
     * `digit-classifier.safetensors`. On a GPU its pipelines are compiled, for which the
     * rest of this call may be run as [`Session::warm_up`] is.
     *
     * # Errors
     *
     * `bad_checkpoint` for other bytes, `device_lost`.
     */
    load_judge(classifier: Uint8Array | number[]): void;
    /**
     * Goes on by one phase of a round: what is drawn, made, judged, what the loss and its
     * gradient are, and at last the update itself; for each update of D, then for G's. A
     * round that was begun is gone on with, and whatever trains after this completes it.
     *
     * # Errors
     *
     * `bad_experiment` for a model that is no generator against one discriminator,
     * `device_lost`, `out_of_memory`.
     */
    next(): Promise<Phase>;
    /**
     * Rows and columns of a picture.
     */
    picture_side(): number;
    /**
     * The latent at a point of the plane through the latent of a seed, in standard deviations.
     *
     * # Errors
     *
     * `bad_experiment` for a point too far away.
     */
    plane_at(seed: number, right: number, down: number): Place;
    /**
     * `side` × `side` images of a plane through the latent of `seed`.
     *
     * # Errors
     *
     * `bad_experiment` for a side or extent out of range, `device_lost`, `out_of_memory`.
     */
    plane(seed: number, side: number, extent: number): Promise<Uint8Array>;
    /**
     * Of a model on the plane: what there is to see of it now, read from the device in one
     * go. `points` are 1 to 1024, `field` is 0 to 96 and `lattice` 0 to 32.
     *
     * # Errors
     *
     * `bad_experiment` for another model or numbers out of range, `device_lost`,
     * `out_of_memory`.
     */
    plane_frame(options: PlaneOptions): Promise<PlaneFrame>;
    /**
     * The first `count` images of the dataset in use (fewer if it has fewer, none of points).
     */
    real(count: number): Uint8Array;
    /**
     * Of a VAE: `count` real images and what it makes of them, in pairs.
     *
     * # Errors
     *
     * `bad_experiment` for another model or a count out of range, `device_lost`,
     * `out_of_memory`.
     */
    reconstruct(count: number): Promise<Uint8Array>;
    /**
     * The figures of the latest step. Waits for all work that is under way.
     *
     * # Errors
     *
     * `diverged`, `device_lost`, `out_of_memory`.
     */
    report(): Promise<Figures>;
    /**
     * Starts afresh with some settings changed, on the data in use: images of another
     * `dataset` among the changes are not taken, [`Session::reset_on`] is for that. On the
     * plane the experiment itself says what the data are.
     *
     * # Errors
     *
     * `bad_experiment`; the present run stays.
     */
    reset(changes: Experiment): Promise<void>;
    /**
     * Starts afresh with some settings changed, on other data. Settings and data are
     * checked against each other before either is replaced.
     *
     * # Errors
     *
     * `bad_experiment`, `bad_dataset` (a conditional model and no labels); the present
     * run stays, and so do its data.
     */
    reset_on(changes: Experiment, data: Data): Promise<void>;
    /**
     * Images of chosen latents, row after row: of the classes `labels` in turn or, with a
     * `mix` from 0 to 1 for each image in turn, between two of them. A single latent is drawn
     * for each label or mixture.
     *
     * # Errors
     *
     * `bad_experiment` for latents of another length, labels of a model that knows none or
     * above 9, or a mixture of other than two labels; `device_lost`, `out_of_memory`.
     */
    sample_at(z: Float32Array | number[], labels?: Uint8Array | number[] | null, mix?: Float32Array | number[] | null): Promise<Uint8Array>;
    /**
     * `count` new images; without a `seed`, of other latents at every step.
     *
     * # Errors
     *
     * `bad_experiment` for a count, label or truncation out of range or a label
     * of a model that knows none, `device_lost`, `out_of_memory`.
     */
    sample(count: number, seed?: number | null, label?: number | null, truncation?: number | null): Promise<Uint8Array>;
    /**
     * The whole run as a safetensors file. A step that was begun is completed first:
     * a file holds whole steps.
     *
     * # Errors
     *
     * `device_lost`, `out_of_memory`.
     */
    save(): Promise<Uint8Array>;
    /**
     * Shows pictures and evaluations of the weights as they are trained, `raw`, or
     * of their average, `averaged`, from now on, also in runs to come. Training does not change.
     *
     * # Errors
     *
     * `bad_experiment` for another word.
     */
    show_weights(which: Weights): void;
    /**
     * One update of the `discriminator`, the `generator`, or `both`. That of one network
     * says beside its report what it has changed, where one generator plays against one
     * discriminator.
     *
     * # Errors
     *
     * As [`Session::report`]; `bad_experiment` for another word.
     */
    step(which: Which): Promise<Stepped>;
    /**
     * Runs up to `steps` steps, but stops after the first update of a network that ends
     * past `budget_ms` milliseconds; says how many steps it completed, which may be none.
     * The next call goes on in the middle of the step. Nothing is read back.
     *
     * # Errors
     *
     * `device_lost`, `out_of_memory`.
     */
    train(steps: number, budget_ms: number): Promise<number>;
    /**
     * Goes on with other settings: the same networks with the same weights play another
     * loss, with other weights of terms, learning rates or numbers of updates. A step that
     * was begun is completed first.
     *
     * # Errors
     *
     * `bad_experiment` for settings that do not go together, and for those that only a
     * fresh run can have; the run goes on as it was.
     */
    tune(changes: Experiment): void;
    /**
     * Goes on with other data.
     *
     * # Errors
     *
     * `bad_dataset` (a conditional model and no labels, points and a model of images, or
     * the reverse), `bad_experiment` (fewer images than a batch); the old data stay.
     */
    use_data(data: Data): void;
    /**
     * Goes on with the embedded drawn digits.
     *
     * # Errors
     *
     * None in practice: there are more of them than the largest batch.
     */
    use_procedural(): void;
    /**
     * The latent at a share of the way between the latents of two seeds, from 0 to 1.
     *
     * # Errors
     *
     * `bad_experiment` for a share out of range.
     */
    walk_at(from: number, to: number, at: number): Place;
    /**
     * `count` images on the way between the latents of two seeds.
     *
     * # Errors
     *
     * `bad_experiment` for a count out of range, `device_lost`, `out_of_memory`.
     */
    walk(from: number, to: number, count: number): Promise<Uint8Array>;
    /**
     * Has the GPU's pipelines for a step compiled, so that the first step need not
     * wait for them. Nothing is computed, and on the CPU nothing is done.
     *
     * # Errors
     *
     * `device_lost`.
     */
    warm_up(): void;
    /**
     * As [`Session::warm_up`], for the pictures [`grid`](Session::grid) and
     * [`reconstruct`](Session::reconstruct): they can then be drawn while those for a step
     * are compiled.
     *
     * # Errors
     *
     * As there.
     */
    warm_up_pictures(): void;
}

/**
 * What this module was built for: `cpu`, `webgpu`, or `both` (in tests).
 */
export function backend_name(): string;

/**
 * The text of the latest panic. After a panic the module must not be used again.
 */
export function last_panic(): string | undefined;

/**
 * Runs once when the module is loaded.
 */
export function start(): void;

/**
 * The full experiment that a partial one stands for.
 *
 * # Errors
 *
 * `bad_experiment`, with the field's name in `field`.
 */
export function validate(experiment: Experiment): Experiment;
