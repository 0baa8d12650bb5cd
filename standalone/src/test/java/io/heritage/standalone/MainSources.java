package io.heritage.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The Java files of all modules, without those of tests. */
final class MainSources {
    static final String PACKAGE_INFO = "package-info.java";

    private static final String ROOT = "src/main/java";

    private MainSources() {}

    /** Not what other modules build meanwhile, which comes and goes. */
    static List<Path> of(Path repository) throws IOException {
        List<Path> roots;
        try (Stream<Path> modules = Files.list(repository)) {
            roots =
                    modules.map(module -> module.resolve(ROOT))
                            .filter(Files::isDirectory)
                            .sorted()
                            .toList();
        }
        List<Path> all = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(all::add);
            }
        }
        return all;
    }

    /** The files of types: each has one on its top level, of the same name. */
    static List<Path> types(Path repository) throws IOException {
        return of(repository).stream()
                .filter(file -> !file.endsWith(PACKAGE_INFO))
                .filter(file -> !file.endsWith("module-info.java"))
                .toList();
    }

    /** {@code io.heritage.media.ImageProbe} of the file of that type. */
    static String typeName(Path file) {
        String path = file.toString().replace('\\', '/');
        int begin = path.indexOf(ROOT) + ROOT.length() + 1;
        return path.substring(begin, path.length() - ".java".length()).replace('/', '.');
    }
}
