package dev.cairn.redaction;

import java.util.Locale;

/**
 * Masks user and password of {@code scheme://user:password@host}.
 */
final class UserInfo {

	private static final RedactionRules RULES = RedactionRules.INSTANCE;

	private static final String WEB_SCHEME = "http";

	private final MaskedText text;

	/** The end of the last address, and the last at sign before it. */
	private int endOfAddress;

	private int lastAt;

	UserInfo(MaskedText text) {
		this.text = text;
	}

	/**
	 * Masks what is before the host. The password may have characters that should be
	 * encoded, unless they make the user a host, as in {@code http://host:80/@path}.
	 */
	int mask(int start) {
		int end = this.text.forward(start, (c) -> c <= ' ' || "/?#\"".indexOf(c) >= 0);
		int at = lastAt(start, end);
		int colon = this.text.forward(start, (c) -> c == ':' || c == '@' || c <= ' ');
		boolean password = colon < end && this.text.at(colon) == ':' && this.text.at(start) != '[';
		if (password && ((at < start) ? !isPort(colon + 1, end) : !isWeb(start))) {
			at = lastAtOfAddress(start);
			at = (at < start && !isWeb(start)) ? atBehindSpace(start) : at;
		}
		return (at > start && !isUser(start, at)) ? this.text.mask(start, at) : start;
	}

	/**
	 * Without a password, what is before the host may be a token, unless it is a usual
	 * name.
	 */
	private boolean isUser(int start, int at) {
		return at - start < MaskedText.MAX_KEY_LENGTH
				&& RULES.users.contains(this.text.part(start, at).toLowerCase(Locale.ROOT));
	}

	private boolean isPort(int start, int end) {
		return this.text.forward(start, (c) -> c < '0' || c > '9') >= end;
	}

	/** Returns whether the scheme before is one whose paths may have an at sign. */
	private boolean isWeb(int start) {
		int scheme = this.text.back(start - 3, MaskedText.MAX_KEY_LENGTH, Character::isLetterOrDigit);
		return this.text.isAtIgnoringCase(scheme, WEB_SCHEME);
	}

	/** Each address is searched once. */
	private int lastAtOfAddress(int start) {
		if (start >= this.endOfAddress) {
			this.endOfAddress = this.text.forward(start, (c) -> c <= ' ' || c == ',' || c == '<' || c == '>');
			this.lastAt = lastAt(start, this.endOfAddress);
		}
		return this.lastAt;
	}

	private int lastAt(int start, int end) {
		int at = end - 1;
		while (at >= start && this.text.at(at) != '@') {
			at--;
		}
		return at;
	}

	/** A password may have a space. */
	private int atBehindSpace(int start) {
		int end = this.text.forwardOver(start, MaskedText.MAX_KEY_LENGTH, (c) -> "@\n\r\"".indexOf(c) < 0);
		return (this.text.at(end) == '@') ? end : -1;
	}

}
