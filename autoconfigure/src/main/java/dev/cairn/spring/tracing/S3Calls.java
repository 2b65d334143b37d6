package dev.cairn.spring.tracing;

import java.util.function.Function;

import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.common.KeyValue;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Request;

/**
 * Observes the operations of S3 clients of the AWS SDK, from the call to the result.
 *
 * @param observations starts the observations
 */
record S3Calls(ClientObservations observations) {

	/** Clients of the application may be injected by their class. */
	Object observed(Object bean) {
		return (bean instanceof S3Client client
				&& bean.getClass().getName().startsWith("software.amazon.awssdk.services.s3.")
				&& !ClientBeans.isGenerated(bean)) ? new ObservedClient(client, this) : bean;
	}

	private GuardedObservation start(S3Request request) {
		String name = request.getClass().getSimpleName();
		String operation = name.endsWith("Request") ? name.substring(0, name.length() - "Request".length()) : name;
		return this.observations.start("aws.s3", "s3 " + operation, KeyValue.of("rpc.method", operation),
				KeyValue.of("rpc.service", "S3"));
	}

	/**
	 * Has a method that all operations pass through.
	 */
	private static final class ObservedClient extends DelegatingS3Client {

		private final S3Calls calls;

		ObservedClient(S3Client delegate, S3Calls calls) {
			super(delegate);
			this.calls = calls;
		}

		@Override
		protected <T extends S3Request, R> @Nullable R invokeOperation(T request, Function<T, R> operation) {
			return this.calls.start(request).observe(() -> operation.apply(request));
		}

	}

}
