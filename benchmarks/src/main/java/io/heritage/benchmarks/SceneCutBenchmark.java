package io.heritage.benchmarks;

import io.heritage.media.RgbFrame;
import io.heritage.media.SceneCut;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws clips with and without a cut and prints the precision (share of reported cuts that are
 * cuts) and recall (share of cuts that are found) of the detection. Argument: a seed (1).
 */
public final class SceneCutBenchmark {
    private static final int WIDTH = 192;
    private static final int HEIGHT = 108;
    private static final int FRAMES = 8;
    private static final int CUT = 4;
    private static final int CLIPS_A_KIND = 6;

    private SceneCutBenchmark() {}

    /** Kinds of clips; the first seven have a cut in their middle. */
    enum Kind {
        DAY_TO_DAY,
        LIKE_TONES,
        NIGHT_TO_NIGHT,
        DAY_TO_NIGHT,
        CUT_WITHIN_A_PAN,
        CUT_BY_HAND,
        CLOSE_UP,
        STILL,
        FLASH,
        FLASH_FROM_A_SIDE,
        FADE,
        FAST_PAN,
        SHAKING_HAND,
        ZOOM,
        PASSER_BY,
        NOISY_NIGHT,
        LAMP_AT_NIGHT,
        DISSOLVE;

        boolean hasCut() {
            return ordinal() < STILL.ordinal();
        }
    }

    /** Result of a detector. */
    record Score(int found, int missed, int falseAlarms) {
        double precision() {
            return found == 0 ? 0 : (double) found / (found + falseAlarms);
        }

        double recall() {
            return (double) found / (found + missed);
        }

        Score and(Score other) {
            return new Score(
                    found + other.found, missed + other.missed, falseAlarms + other.falseAlarms);
        }
    }

    /** An endless landscape of soft shapes. */
    private static final class Scene {
        private static final int SHAPES = 60;
        private final double[][] shapes = new double[SHAPES][];
        private final double sky;
        private final double ground;

        /**
         * @param tones decides brightness; scenes of one number have like tones
         */
        Scene(long seed, long tones, boolean night) {
            Random palette = new Random(tones);
            double light = night ? 0.14 : 1;
            sky = light * (120 + palette.nextInt(90));
            ground = light * (40 + palette.nextInt(60));
            Random places = new Random(seed);
            for (int i = 0; i < SHAPES; i++) {
                double radius = 4 + places.nextDouble() * 26;
                shapes[i] =
                        new double[] {
                            places.nextDouble() * 520 - 160,
                            places.nextDouble() * 320 - 100,
                            radius,
                            radius * (0.4 + places.nextDouble()),
                            light * (places.nextDouble() * 150 - 75)
                        };
            }
        }

        double at(double x, double y) {
            double horizon = 1 / (1 + Math.exp((y - 60) / 6));
            double value = ground + (sky - ground) * horizon;
            for (double[] shape : shapes) {
                double dx = (x - shape[0]) / shape[2];
                double dy = (y - shape[1]) / shape[3];
                double distance = dx * dx + dy * dy;
                if (distance < 2) {
                    value += shape[4] / (1 + Math.exp((distance - 1) * 8));
                }
            }
            return value;
        }
    }

    /** View of a scene. */
    private record Camera(double x, double y, double zoom, double gain, double noise) {}

    public static void main(String[] arguments) {
        long seed = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1;
        System.out.println("seed " + seed);
        Score all = new Score(0, 0, 0);
        for (Kind kind : Kind.values()) {
            Score score = score(kind, seed, CLIPS_A_KIND);
            all = all.and(score);
            System.out.printf(
                    "%-18s %d clips: %d found, %d missed, %d false%n",
                    kind, CLIPS_A_KIND, score.found(), score.missed(), score.falseAlarms());
        }
        System.out.printf(
                "%d clips: precision %.3f, recall %.3f%n",
                Kind.values().length * CLIPS_A_KIND, all.precision(), all.recall());
    }

    static Score score(Kind kind, long seed, int clips) {
        SceneCut cuts = new SceneCut();
        int found = 0;
        int missed = 0;
        int falseAlarms = 0;
        for (int clip = 0; clip < clips; clip++) {
            List<RgbFrame> frames = clip(kind, seed * 1000 + clip * 20L + kind.ordinal());
            for (int i = 1; i < FRAMES; i++) {
                boolean isOne = kind.hasCut() && i == CUT;
                boolean called = cuts.isCut(frames.get(i - 1), frames.get(i));
                found += isOne && called ? 1 : 0;
                missed += isOne && !called ? 1 : 0;
                falseAlarms += !isOne && called ? 1 : 0;
            }
        }
        return new Score(found, missed, falseAlarms);
    }

    private static List<RgbFrame> clip(Kind kind, long seed) {
        Random random = new Random(seed);
        boolean night =
                switch (kind) {
                    case NIGHT_TO_NIGHT, NOISY_NIGHT, LAMP_AT_NIGHT -> true;
                    default -> random.nextInt(4) == 0;
                };
        Scene first = new Scene(seed, seed, night);
        Scene second =
                switch (kind) {
                    case LIKE_TONES, CUT_WITHIN_A_PAN, NIGHT_TO_NIGHT, DISSOLVE ->
                            new Scene(seed + 7, seed, night);
                    case CLOSE_UP -> first;
                    case DAY_TO_NIGHT -> new Scene(seed + 7, seed + 7, !night);
                    default -> new Scene(seed + 7, seed + 7, night);
                };
        double pan = WIDTH * (0.06 + random.nextDouble() * 0.08) * (random.nextBoolean() ? 1 : -1);
        List<RgbFrame> frames = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            Scene scene = kind.hasCut() && i >= CUT ? second : first;
            Camera view = view(kind, i, pan, random);
            frames.add(frame(kind, i, scene, second, view, random));
        }
        return frames;
    }

    private static Camera view(Kind kind, int i, double pan, Random random) {
        double shake = kind == Kind.SHAKING_HAND ? 9 : kind == Kind.CUT_BY_HAND ? 4 : 0.4;
        double x = random.nextGaussian() * shake;
        double y = random.nextGaussian() * shake * 0.6;
        double noise = kind == Kind.NOISY_NIGHT ? 7 : 1.5;
        return switch (kind) {
            case CUT_WITHIN_A_PAN -> new Camera(x + pan * 0.4 * i, y, 1, 1, noise);
            case FAST_PAN -> new Camera(x + pan * i, y, 1, 1, noise);
            case ZOOM -> new Camera(x, y, Math.pow(0.94, i), 1, noise);
            case CLOSE_UP ->
                    i < CUT ? new Camera(x, y, 1, 1, noise) : new Camera(60, 35, 0.4, 1, noise);
            case FLASH -> new Camera(x, y, 1, i == 3 ? 1.8 : i == 5 ? 2.6 : 1, noise);
            case FADE -> new Camera(x, y, 1, 1 - i / 7.0, noise);
            default -> new Camera(x, y, 1, 1, noise);
        };
    }

    private static RgbFrame frame(
            Kind kind, int i, Scene scene, Scene other, Camera view, Random random) {
        RgbFrame frame = RgbFrame.allocate(WIDTH, HEIGHT);
        ByteBuffer pixels = frame.pixels();
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                double worldX = view.x() + x * view.zoom();
                double worldY = view.y() + y * view.zoom();
                double value = scene.at(worldX, worldY);
                if (kind == Kind.DISSOLVE) {
                    value += (other.at(worldX, worldY) - value) * i / (FRAMES - 1.0);
                }
                value *= view.gain();
                if (kind == Kind.FLASH_FROM_A_SIDE && (i == 3 || i == 6)) {
                    value *= 1 + 1.6 * x / WIDTH;
                }
                if (kind == Kind.LAMP_AT_NIGHT && i % 3 == 2) {
                    value += 90 * Math.exp(-((x - 50) * (x - 50) + (y - 40) * (y - 40)) / 300.0);
                }
                if (kind == Kind.PASSER_BY && Math.abs(x - (i * 34 - 30)) < 22 && y > 20) {
                    value = 30 + 12 * Math.sin(y / 5.0);
                }
                value += random.nextGaussian() * view.noise();
                byte sample = (byte) Math.clamp(Math.round(value), 0, 255);
                pixels.put(sample).put(sample).put(sample);
            }
        }
        return frame;
    }
}
