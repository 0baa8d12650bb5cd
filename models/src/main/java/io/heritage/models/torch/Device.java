package io.heritage.models.torch;

/** Device that networks run on. */
public sealed interface Device {
    record Cpu() implements Device {
        @Override
        public String toString() {
            return "cpu";
        }
    }

    /**
     * @param index as CUDA counts, from 0
     */
    record Cuda(int index) implements Device {
        public Cuda {
            if (index < 0) {
                throw new IllegalArgumentException("negative CUDA device " + index);
            }
        }

        @Override
        public String toString() {
            return "cuda:" + index;
        }
    }

    /**
     * @param text {@code cpu}, {@code cuda} or {@code cuda:N}
     */
    static Device parse(String text) {
        if (text.equals("cpu")) {
            return new Cpu();
        }
        if (text.equals("cuda")) {
            return new Cuda(0);
        }
        if (text.matches("cuda:\\d{1,3}")) {
            return new Cuda(Integer.parseInt(text.substring("cuda:".length())));
        }
        throw new IllegalArgumentException(
                "device '%s' is none of cpu, cuda, cuda:N".formatted(text));
    }
}
