package dev.cairn.spring.tracing;

import org.apache.hc.client5.http.config.Configurable;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.concurrent.CancellableDependency;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request that is sent in its place, and is cancelled with it.
 */
@SuppressWarnings("serial")
final class ApacheRequest extends BasicClassicHttpRequest implements CancellableDependency, Configurable {

	private final ClassicHttpRequest original;

	ApacheRequest(ClassicHttpRequest original) {
		super(original.getMethod(), original.getScheme(), original.getAuthority(), original.getPath());
		this.original = original;
		setVersion(original.getVersion());
		setHeaders(original.getHeaders());
		setEntity(original.getEntity());
	}

	@Override
	public void setDependency(Cancellable cancellable) {
		if (this.original instanceof CancellableDependency dependency) {
			dependency.setDependency(cancellable);
		}
	}

	@Override
	public boolean isCancelled() {
		return this.original instanceof CancellableDependency dependency && dependency.isCancelled();
	}

	@Override
	public boolean cancel() {
		return this.original instanceof CancellableDependency dependency && dependency.cancel();
	}

	@Override
	public @Nullable RequestConfig getConfig() {
		return (this.original instanceof Configurable configurable) ? configurable.getConfig() : null;
	}

}
