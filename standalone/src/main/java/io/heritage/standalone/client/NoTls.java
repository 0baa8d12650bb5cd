package io.heritage.standalone.client;

import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A TLS context for clients of {@code http} URLs, which need none. The JDK client's default one
 * reads all certificates of the machine, which takes longer than most calls.
 */
final class NoTls extends SSLContext {
    NoTls() {
        super(new Nothing(), null, "none");
    }

    private static final class Nothing extends SSLContextSpi {
        private static IllegalStateException notAsked() {
            return new IllegalStateException("the URL of the server is http, no TLS was expected");
        }

        @Override
        protected void engineInit(
                KeyManager @Nullable [] keys,
                TrustManager @Nullable [] trust,
                @Nullable SecureRandom random) {
            throw notAsked();
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw notAsked();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw notAsked();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            throw notAsked();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            throw notAsked();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            throw notAsked();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            throw notAsked();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return new SSLParameters(new String[0], new String[0]);
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return engineGetDefaultSSLParameters();
        }
    }
}
