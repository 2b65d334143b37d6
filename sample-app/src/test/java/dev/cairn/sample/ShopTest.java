package dev.cairn.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import dev.cairn.test.AutoConfigureCairn;

import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

/**
 * A test of the whole shop over HTTP, with nothing else installed. All signals stay in
 * memory.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "cairn.test.timeout=60s", "logging.level.root=warn", "logging.exception-conversion-word=%wEx{1}",
				"management.graphite.metrics.export.enabled=false" })
@AutoConfigureRestTestClient
@AutoConfigureCairn
public @interface ShopTest {

}
