package dev.cairn.spring.web.request;

import org.jspecify.annotations.Nullable;

/**
 * The facts of a request of which some describe its client.
 */
abstract class ClientFacts implements RequestFacts {

	private final ClientDetails client;

	private volatile @Nullable Boolean consent;

	private volatile @Nullable Boolean robot;

	ClientFacts(ClientDetails client) {
		this.client = client;
	}

	@Override
	public final @Nullable String publishedHeader(String name) {
		return this.client.publishedHeader(this, name);
	}

	/** Asked once for a request. */
	@Override
	public final boolean hasConsent() {
		Boolean known = this.consent;
		if (known == null) {
			known = this.client.consent().isGiven(this);
			this.consent = known;
		}
		return known;
	}

	/** Asked once for a request. */
	@Override
	public final boolean isRobot() {
		Boolean known = this.robot;
		if (known == null) {
			known = this.client.robots().isRobot(header("User-Agent"));
			this.robot = known;
		}
		return known;
	}

}
