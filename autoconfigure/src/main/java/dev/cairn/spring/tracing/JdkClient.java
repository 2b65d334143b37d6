package dev.cairn.spring.tracing;

import java.net.http.HttpClient;

/**
 * The superclass of the proxies of the JDK's clients. The package of {@link HttpClient}
 * is not open to CGLIB, which would have to define a proxy of that class there.
 */
abstract class JdkClient extends HttpClient {

}
