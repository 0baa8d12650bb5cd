package io.heritage.standalone.services;

import io.heritage.http.AdminConfig;
import io.heritage.http.AdminPage;
import io.heritage.http.AdminServer;
import io.heritage.http.Probes;
import io.heritage.observe.Meters;
import io.heritage.observe.MetricsPage;
import io.heritage.observe.trace.Traces;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes, metrics and traces of this process; opened before anything else and closed after it. A
 * port that is taken is a warning: work matters more than being watched.
 */
final class AdminPort implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminPort.class);

    private final MetricsPage page = new MetricsPage();
    private final Probes probes = new Probes();
    private final Traces traces;
    private final Optional<AdminServer> server;

    private AdminPort(AdminConfig config, Traces traces) {
        this.traces = traces;
        this.server = config.enabled() ? listen(config) : Optional.empty();
    }

    /**
     * @param traces closed with it
     */
    static AdminPort open(AdminConfig config, Traces traces) {
        return new AdminPort(config, traces);
    }

    private Optional<AdminServer> listen(AdminConfig config) {
        try {
            AdminServer listening =
                    AdminServer.start(config, probes, page::text, MetricsPage.CONTENT_TYPE);
            LOG.atInfo()
                    .addKeyValue("host", config.host())
                    .addKeyValue("port", listening.port())
                    .log("probes and metrics are served");
            return Optional.of(listening);
        } catch (RuntimeException e) {
            LOG.atWarn()
                    .addKeyValue("host", config.host())
                    .addKeyValue("port", config.port())
                    .addKeyValue("error", e.getMessage())
                    .log(
                            "this process has no probes and no metrics, because the port cannot"
                                    + " be used; choose another with admin.port (0 takes a free"
                                    + " one)");
            return Optional.empty();
        }
    }

    Meters meters() {
        return page.meters();
    }

    Traces traces() {
        return traces;
    }

    /** Empty if the port is not open. */
    OptionalInt port() {
        return server.map(listening -> OptionalInt.of(listening.port()))
                .orElse(OptionalInt.empty());
    }

    void live(String part, BooleanSupplier passes) {
        probes.live(part, passes);
    }

    void ready(String part, BooleanSupplier passes) {
        probes.ready(part, passes);
    }

    void scaling(AdminPage answers) {
        server.ifPresent(listening -> listening.scaling(answers));
    }

    /**
     * Marks the process as ready.
     *
     * @return closed before the services: from then on this process is not ready
     */
    AutoCloseable started() {
        probes.started();
        return probes::stopping;
    }

    @Override
    public void close() {
        server.ifPresent(AdminServer::close);
        page.close();
        traces.close();
    }
}
