/// Certificates by ACME: what *tls* finds when a Corefile says `acme`, on acme4j. [AcmeIssuer]
/// speaks with an authority; when it is asked, and what becomes of certificates, is the business of
/// *tls*.
@NullMarked
package dev.onoma.acme;

import org.jspecify.annotations.NullMarked;
