package io.heritage.models.seedvr2.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AlphaEnlargerTest {
    private static final FrameSize SIZE = new FrameSize(52, 36);
    private static TorchRuntime runtime;
    private static AlphaEnlarger enlarger;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
        enlarger = new AlphaEnlarger(runtime);
    }

    @AfterAll
    static void close() {
        enlarger.close();
        runtime.close();
    }

    /** The port's filter leaves three clear pixels in each corner of this. */
    @Test
    void aPictureWithAHoleStaysOpaqueUpToItsCorners() {
        var geometry = FrameGeometry.exact(SIZE, new FrameSize(104, 72));
        IntBinaryOperator hole = (x, y) -> x > 18 && x < 34 && y > 10 && y < 26 ? 0 : 255;
        ByteBuffer alpha = restored(hole, geometry);

        for (int y : new int[] {0, 1, 70, 71}) {
            for (int x = 0; x < 104; x++) {
                assertThat(at(alpha, geometry, x, y)).as("%d, %d", x, y).isEqualTo(255);
            }
        }
        assertThat(at(alpha, geometry, 52, 36)).isZero();
        assertThat(at(alpha, geometry, 44, 30)).isZero();
    }

    @Test
    void softAlphaIsAsSoftAsBeforeUpToTheBorder() {
        var geometry = FrameGeometry.exact(SIZE, SIZE);
        ByteBuffer alpha = restored((x, _) -> 40 + 3 * x, geometry);
        for (int y = 0; y < 36; y++) {
            for (int x = 0; x < 52; x++) {
                assertThat(at(alpha, geometry, x, y)).isBetween(40 + 3 * x - 8, 40 + 3 * x + 8);
            }
        }
    }

    /** 32 of the 36 rows and 48 of the 52 columns are restored, those in the middle. */
    @Test
    void alphaIsCutLikeThePicture() {
        var geometry = FrameGeometry.area(SIZE, 36, 52);
        assertThat(geometry.output()).isEqualTo(new FrameSize(48, 32));
        ByteBuffer alpha = restored((x, y) -> x < 12 || y < 8 ? 0 : 255, geometry);

        assertThat(at(alpha, geometry, 9, 20)).isLessThan(10);
        assertThat(at(alpha, geometry, 10, 20)).isGreaterThan(245);
        assertThat(at(alpha, geometry, 30, 5)).isLessThan(10);
        assertThat(at(alpha, geometry, 30, 6)).isGreaterThan(245);
    }

    /** A picture that is grey, and lighter where it is opaque. */
    private static ByteBuffer restored(IntBinaryOperator alpha, FrameGeometry geometry) {
        FrameSize in = geometry.input();
        FrameSize out = geometry.output();
        FrameSize resized = geometry.resized();
        ByteBuffer plane = ByteBuffer.allocateDirect((int) in.pixels());
        for (int i = 0; i < in.pixels(); i++) {
            plane.put(i, (byte) alpha.applyAsInt(i % in.width(), i / in.width()));
        }
        ByteBuffer rgb = ByteBuffer.allocateDirect(3 * (int) out.pixels());
        for (int y = 0; y < out.height(); y++) {
            for (int x = 0; x < out.width(); x++) {
                int shown =
                        alpha.applyAsInt(
                                (x + resized.leftOf(out)) * in.width() / resized.width(),
                                (y + resized.topOf(out)) * in.height() / resized.height());
                byte grey = (byte) (60 + shown / 2);
                rgb.put(grey).put(grey).put(grey);
            }
        }
        return enlarger.restored(plane, geometry, rgb.flip());
    }

    private static int at(ByteBuffer alpha, FrameGeometry geometry, int x, int y) {
        return alpha.get(y * geometry.output().width() + x) & 0xff;
    }
}
