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
 * The TLS of a client whose server has an {@code http} URL: there is none. The one that a client of
 * the JDK takes otherwise reads all certificates of the machine when it is made, which takes longer
 * than most calls.
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
