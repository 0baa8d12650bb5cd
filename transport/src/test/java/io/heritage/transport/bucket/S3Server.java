package io.heritage.transport.bucket;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/** An S3 service in this JVM that checks signatures and keeps objects on the heap. */
public final class S3Server implements AutoCloseable {
    public static final String ID = "heritage-tests";
    public static final String SECRET = "an-access-secret-of-tests";
    public static final String BUCKET = "films";

    private final BlobStoreContext store;
    private final S3Proxy proxy;

    public S3Server() throws Exception {
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
                .atMost(Duration.ofSeconds(60))
                .until(() -> proxy.getState().equals(AbstractLifeCycle.STARTED));
    }

    public String url() {
        return "http://127.0.0.1:" + proxy.getPort();
    }

    /** Media of so many bytes go into it. */
    public BucketConfig config(long fromBytes) {
        return new BucketConfig(
                url(), BUCKET, ID, SECRET, "heritage", "", fromBytes, Duration.ofSeconds(60));
    }

    public void remove(String key) {
        store.getBlobStore().removeBlob(BUCKET, key);
    }

    /** Keys of all objects. */
    public List<String> keys() {
        return store.getBlobStore().list(BUCKET, ListContainerOptions.Builder.recursive()).stream()
                .map(StorageMetadata::getName)
                .toList();
    }

    /** Uploads in parts that are not complete. */
    public int unfinished() {
        return store.getBlobStore().listMultipartUploads(BUCKET).size();
    }

    public boolean has(String key) {
        return store.getBlobStore().blobExists(BUCKET, key);
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        store.close();
    }
}
