package io.heritage.console;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** All served files, by their names in the pages. No other files are served. */
final class ConsoleFiles {
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final String MVNPM = "/META-INF/resources/_static/";

    /** Loaded with the page, in the order of their imports. */
    static final List<String> SCRIPTS =
            List.of(
                    "app.js",
                    "ui.js",
                    "format.js",
                    "api.js",
                    "live.js",
                    "fields.js",
                    "drafts.js",
                    "snippets.js",
                    "upload.js",
                    "submit.js",
                    "trial.js",
                    "create.js",
                    "window.js",
                    "jobs.js",
                    "job.js",
                    "timeline.js",
                    "webhook.js",
                    "viewer.js",
                    "sides.js",
                    "compare.js",
                    "controls.js",
                    "pointers.js",
                    "measure.js",
                    "operate.js",
                    "reference.js",
                    "settings.js");

    /** Bare names in imports, with the files of the modules in {@code pom.xml}. */
    static final Map<String, String> LIBRARIES =
            Map.of(
                    "preact", "preact.js",
                    "preact/hooks", "preact-hooks.js",
                    "htm", "htm.js");

    private ConsoleFiles() {}

    /** By name, in a fixed order. */
    static Map<String, Asset> read() {
        var files = new LinkedHashMap<String, Asset>();
        for (String script : SCRIPTS) {
            files.put(script, new Asset(JAVASCRIPT, resource("page/" + script)));
        }
        files.put("preact.js", module(WEBJARS, "preact", "dist/preact.module.js"));
        files.put("preact-hooks.js", module(WEBJARS, "preact", "hooks/dist/hooks.module.js"));
        files.put("htm.js", module(MVNPM, "htm", "dist/htm.module.js"));
        files.put(
                "console.css", new Asset("text/css; charset=utf-8", resource("page/console.css")));
        files.put("icon.svg", new Asset("image/svg+xml", resource("page/icon.svg")));
        files.put("start.jpg", new Asset("image/jpeg", resource("page/start.jpg")));
        files.put("end.jpg", new Asset("image/jpeg", resource("page/end.jpg")));
        return files;
    }

    /** Name and version of each browser module. */
    static Map<String, String> versions() {
        var properties = new Properties();
        try {
            properties.load(new ByteArrayInputStream(resource("libraries.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var versions = new TreeMap<String, String>();
        properties.forEach((name, version) -> versions.put((String) name, (String) version));
        return versions;
    }

    private static Asset module(String root, String name, String path) {
        String version = versions().get(name);
        return new Asset(JAVASCRIPT, resource(root + name + "/" + version + "/" + path));
    }

    /**
     * @throws IllegalStateException if the build left it out
     */
    static byte[] resource(String path) {
        try (InputStream in = ConsoleFiles.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the console's file " + path + " is not there");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
