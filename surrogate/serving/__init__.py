"""The champion over HTTP (``app``) and as an MLflow model (``pyfunc_model``)."""
