package io.heritage.schemas;

/**
 * Requests of a gateway to a sink, over HTTP inside the installation. Every answer is the final
 * reply to the client (status, {@code Content-Type}, body), which the gateway passes on. Every
 * request names the endpoint and the owner (query parameters, percent-encoded): the job of another
 * endpoint or owner is answered 404 like an unknown one.
 *
 * <table>
 * <caption>Requests</caption>
 * <tr><td>{@code GET /v1/jobs/ID?endpoint=E&owner=O}</td><td>{@code /status}</td></tr>
 * <tr><td>{@code … &wait=MILLIS}</td><td>{@code /status-sync}, {@code /runsync}: answers as soon as
 * the job is terminal, at the latest after that time</td></tr>
 * <tr><td>{@code … &ttl=MILLIS}</td><td>the result expires that much later, if not earlier</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/stream?endpoint=E&owner=O&wait=MILLIS}</td><td>{@code /stream}:
 * answers as soon as there are parts nobody was given yet or the job is terminal, at the latest
 * after that time. Parts count as given with the last byte of the answer</td></tr>
 * <tr><td>{@code … &from=N}</td><td>the parts from the N-th on, whether given or not; they count as
 * given no more than before</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/parts?endpoint=E&owner=O&from=N}</td><td>{@code /stream} as
 * server-sent events: the parts from the N-th on, as they become ready; {@code lastEventId} has the
 * client's header, and what follows that event is told</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/output?endpoint=E&owner=O}</td><td>{@code /output/ID}: the media of
 * a finished job's result, as a list</td></tr>
 * <tr><td>{@code … &file=N}, {@code … &file=zip}</td><td>{@code /output/ID/N}, {@code
 * /output/ID/zip}: the bytes of one of them, or of all. {@code range}, {@code ifRange} and {@code
 * ifNoneMatch} have the client's headers of these names</td></tr>
 * <tr><td>{@code … &frame=K}, {@code … &max=SIDE}</td><td>{@code /output/ID/N/frame/K}: one frame
 * of it as a PNG</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/input?endpoint=E&owner=O}</td><td>{@code /input/ID}: the same of the
 * media that came with the job, but for {@code zip}</td></tr>
 * <tr><td>{@code POST /v1/jobs/ID/cancel?endpoint=E&owner=O}</td><td>{@code /cancel}</td></tr>
 * <tr><td>{@code POST /v1/jobs/ID/retry?endpoint=E&owner=O}</td><td>{@code /retry}; 400 unless the
 * job failed or timed out</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/submission?endpoint=E&owner=O&wait=MILLIS}</td><td>which request made
 * a job that has an {@code Idempotency-Key}: {@code {"body": SHA-256}}; answers once its place in
 * the queue is known</td></tr>
 * <tr><td>{@code POST /v1/jobs/ID/webhook?endpoint=E&owner=O}</td><td>{@code /webhook}: calls it once
 * more; 400 unless the job has one and has ended</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/details?endpoint=E&owner=O}</td><td>{@code /requests/ID}</td></tr>
 * <tr><td>{@code GET /v1/endpoints/E/requests?owner=O}</td><td>{@code /requests}: the owner's jobs,
 * newest first; {@code status}, {@code q}, {@code cursor} and {@code limit} as the client
 * gave them</td></tr>
 * <tr><td>{@code GET /v1/jobs/ID/events?endpoint=E&owner=O}, {@code GET
 * /v1/endpoints/E/events?owner=O}</td><td>{@code /events/ID}, {@code /events}: server-sent events; with
 * {@code resumed} the first tells the client to look for what it has missed</td></tr>
 * <tr><td>{@code GET /v1/endpoints/E/health}</td><td>{@code /health}; 503 until jobs can be
 * taken</td></tr>
 * <tr><td>{@code GET /v1/endpoints/E/outlook?pixels=P&frames=F}</td><td>the part of {@code
 * /estimate} that jobs before tell: of an output of so many pixels a frame and so many frames, 0 where
 * that is not known</td></tr>
 * <tr><td>{@code GET /v1/endpoints/E/workers?owner=O}</td><td>{@code /workers}</td></tr>
 * <tr><td>{@code GET /v1/endpoints/E/models}</td><td>{@code /models}</td></tr>
 * <tr><td>{@code POST /v1/endpoints/E/workers/W/drain?owner=O}, {@code …/undrain}</td><td>{@code
 * /workers/W/drain}; {@code only} names the endpoints that the caller's key is for, separated by
 * commas; without it the key is for all</td></tr>
 * <tr><td>{@code POST /v1/endpoints/E/pause?owner=O}, {@code …/resume}</td><td>{@code /pause},
 * {@code /resume}</td></tr>
 * <tr><td>{@code POST /v1/endpoints/E/purge?owner=O}</td><td>{@code /purge-queue}: the owner's jobs
 * that wait are cancelled</td></tr>
 * </table>
 */
public final class SinkApi {
    public static final String JOBS = "/v1/jobs/";
    public static final String CANCEL = "/cancel";
    public static final String RETRY = "/retry";
    public static final String WEBHOOK = "/webhook";
    public static final String STREAM = "/stream";
    public static final String PARTS = "/parts";
    public static final String SUBMISSION = "/submission";
    public static final String BODY = "body";
    public static final String OUTPUT = "/output";
    public static final String INPUT = "/input";
    public static final String ENDPOINTS = "/v1/endpoints/";
    public static final String HEALTH = "/health";
    public static final String PURGE = "/purge";
    public static final String OUTLOOK = "/outlook";
    public static final String PIXELS = "pixels";
    public static final String FRAMES = "frames";
    public static final String WORKERS = "/workers";
    public static final String MODELS = "/models";
    public static final String DRAIN = "/drain";
    public static final String UNDRAIN = "/undrain";
    public static final String PAUSE = "/pause";
    public static final String RESUME = "/resume";
    public static final String DETAILS = "/details";
    public static final String REQUESTS = "/requests";
    public static final String EVENTS = "/events";

    public static final String ENDPOINT = "endpoint";
    public static final String OWNER = "owner";
    public static final String WAIT = "wait";
    public static final String TTL = "ttl";
    public static final String FROM = "from";
    public static final String CALL = "call";
    public static final String LAST_EVENT_ID = "lastEventId";
    public static final String RESUMED = "resumed";
    public static final String STATUS = "status";
    public static final String TEXT = "q";
    public static final String CURSOR = "cursor";
    public static final String LIMIT = "limit";
    public static final String ONLY = "only";
    public static final String FILE = "file";
    public static final String ZIP = "zip";
    public static final String FRAME = "frame";
    public static final String MAX = "max";
    public static final String FRAME_HEADER = "X-Heritage-Frame";
    public static final String FRAMES_HEADER = "X-Heritage-Frames";
    public static final String FRAME_SIZE_HEADER = "X-Heritage-Size";
    public static final String RANGE = "range";
    public static final String IF_RANGE = "ifRange";
    public static final String IF_NONE_MATCH = "ifNoneMatch";

    private SinkApi() {}
}
