package io.heritage.processor;

import java.net.URI;
import java.time.Duration;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** An S3 service in this JVM that checks signatures and keeps objects on the heap. */
final class S3Server implements AutoCloseable {
    static final String ID = "heritage-tests";
    static final String SECRET = "an-access-secret-of-tests";
    static final String BUCKET = "films";

    private final BlobStoreContext store;
    private final S3Proxy proxy;

    S3Server() throws Exception {
        store =
                ContextBuilder.newBuilder("transient")
                        .credentials("unused", "unused")
                        .overrides(new Properties())
                        .build(BlobStoreContext.class);
        store.getBlobStore().createContainerInLocation(null, BUCKET);
        proxy =
                S3Proxy.builder()
                        .blobStore(store.getBlobStore())
                        .endpoint(URI.create("http://127.0.0.1:0"))
                        .awsAuthentication(AuthenticationType.AWS_V4, ID, SECRET)
                        .build();
        proxy.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> proxy.getState().equals(AbstractLifeCycle.STARTED));
    }

    String url() {
        return "http://127.0.0.1:" + proxy.getPort();
    }

    boolean has(String key) {
        return store.getBlobStore().blobExists(BUCKET, key);
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        store.close();
    }
}
